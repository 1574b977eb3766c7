import { defineConfig } from 'vitest/config';

/** Whole journeys that take a minute and more; `npm run test:long`, not `npm test`. */
const LONG = 'tests/long/**/*.test.ts';

/** Cases that another implementation of AWS's APIs is asked about as well; `npm run test:opinions` starts it. */
const OPINIONS = ['tests/adapters/**/*.test.ts', 'tests/local/{dynamodb,events,states}-*.test.ts'];

/** Folders whose test files leave nothing behind in their process: modules are loaded once for all of them, which halves their time. */
const SHARED = 'tests/{adapters,bench,bin,container,core,examples,lambdas,lib,local,model,samples,schemas,scripts}/**/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A second, its default, is little where every core runs tests.
    expect: { poll: { timeout: 10_000 } },
    // Its default leaves one core free: on two cores, half of them.
    maxWorkers: '100%',
    projects: [
      // What `npm test` runs is the second and the third; the first has the same files, each in a process of its own.
      { extends: true, test: { name: 'quick', include: ['tests/**/*.test.ts'], exclude: [LONG] } },
      {
        extends: true,
        test: { name: 'shared', include: [SHARED], isolate: false, unstubEnvs: true, restoreMocks: true },
      },
      { extends: true, test: { name: 'alone', include: ['tests/**/*.test.ts'], exclude: [LONG, SHARED] } },
      { extends: true, test: { name: 'long', include: [LONG] } },
      { extends: true, test: { name: 'opinions', include: OPINIONS } },
    ],
  },
});
