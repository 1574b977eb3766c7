import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { UserError } from '../user-error.ts';
import { shareLargeFiles } from './share-large-files.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.build/assemblies');
const LARGE_FILES = join(ROOT, '.build/large-files');

/** Everything that the synthesized stack is made from. */
const SOURCES = [
  '{bin,lib,lambdas,core,adapters,model,container}/**/*',
  // Holds the hashes of the encoder's other files.
  'encoders/*/manifest.json',
  'cdk.json',
  'labels.json',
  'package-lock.json',
  'tsconfig.json',
];

/**
 * Synthesizes the stacks of a stage with the CDK's own command line, as a deployment would; what was synthesized before from
 * the same sources is taken again.
 * @param labels a declaration of labels other than the project's own
 * @returns the folder of the cloud assembly
 * @throws UserError with the CDK's message where it fails
 */
export const synthesize = async (stage: string, signal?: AbortSignal, labels?: string): Promise<string> => {
  const target = join(CACHE, `${stage}-${await sourcesHash(labels)}`);
  if (existsSync(join(target, 'manifest.json'))) return target;
  await mkdir(CACHE, { recursive: true });
  const making = join(CACHE, `making-${process.pid}-${Date.now()}`);
  try {
    const context = [`stage=${stage}`, ...(labels === undefined ? [] : [`labels=${labels}`])].flatMap((one) => [
      '--context',
      one,
    ]);
    await runCdk(['synth', '--quiet', ...context, '--output', making], signal);
    await shareLargeFiles(making, LARGE_FILES);
    await rename(making, target).catch((error: unknown) => {
      // Somebody else has synthesized the same at the same time.
      if (!existsSync(join(target, 'manifest.json'))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return target;
};

const sourcesHash = async (labels: string | undefined): Promise<string> => {
  const hash = createHash('sha256');
  if (labels !== undefined) hash.update(await readFile(labels));
  const files = await Array.fromAsync(glob(SOURCES, { cwd: ROOT, withFileTypes: true }));
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  for (const path of paths.toSorted()) {
    hash.update(path.slice(ROOT.length));
    hash.update(await readFile(path));
  }
  return hash.digest('hex').slice(0, 16);
};

const runCdk = (args: readonly string[], signal: AbortSignal | undefined): Promise<void> =>
  new Promise((done, failed) => {
    const cdk = spawn(process.execPath, [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // No credentials are needed, so none are looked for on the network.
      env: {
        ...process.env,
        // The app is started as `node`: by this very Node, not by an older one of the machine.
        PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
      },
      ...(signal && { signal }),
    });
    let said = '';
    for (const stream of [cdk.stdout, cdk.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    cdk.on('error', failed);
    cdk.on('close', (code) => {
      if (code === 0) done();
      else failed(new UserError(`\`cdk synth\` failed:\n${said.trim().split('\n').slice(-30).join('\n')}`));
    });
  });
