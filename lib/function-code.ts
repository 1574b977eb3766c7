import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from './function-environments.ts';
import { LABELS_FILE, labelDeclaration } from './label-declaration.ts';
import { synthesisFolder } from './synthesis-folder.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const SOURCES = join(REPOSITORY, 'lambdas');

/** Of the file that `bundle` writes into each function's folder. */
export const BUNDLED_HANDLER = 'index.handler';

const ESBUILD_OPTIONS = [
  '--bundle',
  '--platform=node',
  '--target=node24',
  '--format=esm',
  // ES modules first, so that unused parts of the SDK are left out. The SDK is bundled: the runtime's own changes under us.
  '--main-fields=module,main',
  // CommonJS packages inside the bundle call require() for Node's own modules.
  "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  // Not minified and without source maps: a stack trace names functions as they are called, and a cold start parses no map.
  `--outbase=${SOURCES}`,
  '--entry-names=[dir]/index',
  '--out-extension:.js=.mjs',
  '--log-level=warning',
];

/** Functions that read or name labels get the declaration beside their bundle: what is deployed together changes together. */
const READING_LABELS: ReadonlySet<FunctionName> = new Set([
  'route-tickets',
  'snapshot-events',
  'evaluate-tickets',
  'observe-challenger',
]);

/**
 * The bundle of a function. CDK's NodejsFunction starts npx and esbuild for each, a second and a half apiece; here the first that
 * is asked for bundles all of them in one run.
 */
export const functionCode = (scope: Construct, name: FunctionName): Code =>
  Code.fromAsset(join(SOURCES, name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Named because CDK asks for one; bundling by the local esbuild never falls back to it.
      image: DockerImage.fromRegistry('node:24-slim'),
      local: {
        tryBundle: (outputFolder) => {
          bundles ??= bundleAll();
          const bundle = join(bundles, name);
          if (!existsSync(bundle))
            throw new Error(`there is no ${join('lambdas', name, 'handler.ts')} to make the function from`);
          cpSync(bundle, outputFolder, { recursive: true });
          const labels = READING_LABELS.has(name) ? labelDeclaration(scope) : undefined;
          if (labels !== undefined) writeFileSync(join(outputFolder, LABELS_FILE), labels);
          return true;
        },
      },
    },
  });

/** Where the bundles lie once they are made, in a folder for each function. */
let bundles: string | undefined;

const bundleAll = (): string => {
  const folder = synthesisFolder('functions');
  const handlers = readdirSync(SOURCES)
    .map((folder) => join(SOURCES, folder, 'handler.ts'))
    .filter((handler) => existsSync(handler));
  const esbuild = join(REPOSITORY, 'node_modules', '.bin', 'esbuild');
  const done = spawnSync(esbuild, [...ESBUILD_OPTIONS, `--outdir=${folder}`, ...handlers], { cwd: REPOSITORY, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`esbuild could not bundle the functions: ${done.error?.message ?? done.stderr}`);
  return folder;
};
