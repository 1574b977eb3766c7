import { defineConfig } from 'vitest/config';

/** Whole journeys that take a minute and more; `npm run test:long`, not `npm test`. */
const LONG = 'tests/long/**/*.test.ts';

/** Cases that another implementation of AWS's APIs is asked about as well; `npm run test:opinions` starts it. */
const OPINIONS = ['tests/adapters/**/*.test.ts', 'tests/local/{dynamodb,events,states}-*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Its default leaves one core free: on two cores, half of them.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'quick', include: ['tests/**/*.test.ts'], exclude: [LONG] } },
      { extends: true, test: { name: 'long', include: [LONG] } },
      { extends: true, test: { name: 'opinions', include: OPINIONS, testTimeout: 120_000 } },
    ],
  },
});
