import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const containerFolder = import.meta.dirname;

/**
 * Assembles the build context of the model image: the program as one file, and the Dockerfile. The same source gives the same
 * bytes, so an unchanged container is not deployed again.
 * @param outputFolder is made where it is missing
 */
export const assembleBuildContext = (outputFolder: string): void => {
  mkdirSync(outputFolder, { recursive: true });
  buildSync({
    absWorkingDir: dirname(containerFolder), // comments in the bundle name files relative to it
    entryPoints: ['container/main.ts'],
    outfile: join(resolve(outputFolder), 'main.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'warning',
  });
  copyFileSync(join(containerFolder, 'Dockerfile'), join(outputFolder, 'Dockerfile'));
};

if (import.meta.main) {
  const outputFolder = process.argv[2];
  if (outputFolder === undefined) {
    console.error('Say where to: node container/build.ts FOLDER');
    process.exitCode = 1;
  } else assembleBuildContext(outputFolder);
}
