// `npm test`: types, lint, format, then the tests, all but the long ones. Ends with the counts on a line of their own.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '..');

interface Step {
  readonly name: string;
  /** Path of the program inside node_modules, and its arguments. */
  readonly program: readonly [string, ...string[]];
}

const STATIC_STEPS: readonly Step[] = [
  { name: 'types', program: ['typescript/bin/tsc', '--project', '.'] },
  { name: 'lint', program: ['oxlint/bin/oxlint', '--type-aware'] },
  { name: 'format', program: ['oxfmt/bin/oxfmt', '--check', '.'] },
];

/** A step that takes longer hangs; it is ended, so that the check fails instead. */
const MAX_STEP_MS = 40 * 60_000;

const run = ([file, ...args]: readonly [string, ...string[]]): Promise<number> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules', file), ...args], {
      cwd: ROOT,
      stdio: 'inherit',
      timeout: MAX_STEP_MS,
      killSignal: 'SIGKILL',
    });
    const end = (): void => {
      child.kill('SIGKILL');
      process.exit(143);
    };
    process.once('SIGTERM', end);
    child.on('close', () => process.off('SIGTERM', end));
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

const reportSchema = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number() });

// Ctrl-C reaches the running step by itself; this process waits for it and then ends.
process.on('SIGINT', () => undefined);

const failures: string[] = [];
for (const { name, program } of STATIC_STEPS) {
  const startedAt = performance.now();
  const code = await run(program);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds(startedAt)})\n`);
  if (code !== 0) failures.push(name);
}

const reports = await mkdtemp(join(tmpdir(), 'signalbox-tests-'));
try {
  const startedAt = performance.now();
  const report = join(reports, 'tests.json');
  const args = [
    'run',
    '--project=shared',
    '--project=alone',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const code = await run(['vitest/vitest.mjs', ...args]);
  if (code !== 0) failures.push('tests');
  const { numPassedTests, numFailedTests, numPendingTests } = reportSchema.parse(JSON.parse(await readFile(report, 'utf8')));
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} tests (${seconds(startedAt)})\n`);
  if (failures.length > 0) process.stdout.write(`failed: ${failures.join(', ')}\n`);
  process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`);
} finally {
  await rm(reports, { recursive: true, force: true });
}
process.exitCode = failures.length === 0 ? 0 : 1;
