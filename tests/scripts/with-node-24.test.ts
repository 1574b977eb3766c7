import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endProcessGroup } from '../support/end-process-group.ts';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/with-node-24.cjs');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setup {
  /** The version that the project asks for. */
  readonly engines: string;
  /** What stands in for npm; it notes that it was called. */
  readonly npm?: 'works' | 'fails';
  readonly installed?: boolean;
}

/** A project of its own in a temporary folder, with a program that prints its arguments. */
const run = async (
  { engines, npm = 'works', installed = false }: Setup,
  args: readonly string[],
): Promise<Outcome & { readonly root: string }> => {
  const root = await mkdtemp(join(tmpdir(), 'signalbox-node-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'scripts'));
  await mkdir(join(root, 'node_modules'));
  await copyFile(SCRIPT, join(root, 'scripts/with-node-24.cjs'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ engines: { node: engines } }));
  await writeFile(join(root, 'package-lock.json'), '{}');
  await writeFile(
    join(root, 'program.cjs'),
    "console.log('ran', process.argv.slice(2).join(' ')); process.exitCode = Number(process.argv[2]);",
  );
  await writeFile(
    join(root, 'npm.cjs'),
    `require('fs').appendFileSync(${JSON.stringify(join(root, 'npm-calls'))}, process.argv.slice(2).join(' ') + '\\n'); process.exit(${npm === 'works' ? 0 : 1});`,
  );
  if (installed) await writeFile(join(root, 'node_modules/.signalbox-installed'), await lockHash(root));
  return again(root, args);
};

const again = (root: string, args: readonly string[]): Promise<Outcome & { readonly root: string }> =>
  new Promise((done) => {
    const env = { ...process.env, npm_execpath: join(root, 'npm.cjs'), npm_node_execpath: process.execPath };
    execFile(process.execPath, [join(root, 'scripts/with-node-24.cjs'), ...args], { env }, (error, stdout, stderr) => {
      done({ root, code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });

const lockHash = async (root: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');

const npmCalls = (root: string): Promise<string> => readFile(join(root, 'npm-calls'), 'utf8').catch(() => '');

test('installs what is missing once, then runs the program with its arguments and exit code', async () => {
  const first = await run({ engines: '>=20' }, ['program.cjs', '3', 'and more']);
  expect(first).toMatchObject({ code: 3, stdout: 'ran 3 and more\n' });
  expect(await npmCalls(first.root)).toMatch(/^ci /);
  const second = await again(first.root, ['program.cjs', '0']);
  expect(second.code).toBe(0);
  expect((await npmCalls(first.root)).trim().split('\n')).toHaveLength(1);
});

test('installs what builds and tests need also where npm is told to leave such packages out', async () => {
  const { root } = await run({ engines: '>=20' }, ['program.cjs', '0']);
  expect(await npmCalls(root)).toContain('--include=dev --include=optional');
});

test('installs again when the lock file has changed', async () => {
  const { root } = await run({ engines: '>=20', installed: true }, ['program.cjs', '0']);
  expect(await npmCalls(root)).toBe('');
  await writeFile(join(root, 'package-lock.json'), '{"changed":true}');
  await again(root, ['program.cjs', '0']);
  expect(await npmCalls(root)).toMatch(/^ci /);
});

test('a Node that is too old, with none brought by npm, ends with one clear sentence', async () => {
  const { code, stderr, stdout } = await run({ engines: '>=99', installed: true }, ['program.cjs', '0']);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(
    /^signalbox: Node 99 or newer is needed, this is v\d+.*Install Node 99 from nodejs\.org and try again\./,
  );
});

test('an installation that fails says so and leaves no stamp', async () => {
  const { root, code, stderr } = await run({ engines: '>=20', npm: 'fails' }, ['program.cjs', '0']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/`npm ci` failed/);
  await again(root, ['program.cjs', '0']);
  expect((await npmCalls(root)).trim().split('\n')).toHaveLength(2);
});

test('ends the program where whoever started it was killed, as npm leaves its shell behind', async () => {
  const { root } = await run({ engines: '>=20', installed: true }, ['program.cjs', '0']);
  await writeFile(join(root, 'stays.cjs'), "process.stdout.write('up'); setInterval(() => undefined, 1000);");
  const starter = spawn(
    process.execPath,
    [
      '-e',
      "require('child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' })",
      join(root, 'scripts/with-node-24.cjs'),
      'stays.cjs',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], detached: true },
  );
  onTestFinished(() => endProcessGroup(starter.pid));
  starter.stdout.once('data', () => starter.kill('SIGKILL'));
  // The pipe closes only when the last of those who inherited it has ended.
  await new Promise((closed) => starter.on('close', closed));
  expect(starter.signalCode).toBe('SIGKILL');
});
