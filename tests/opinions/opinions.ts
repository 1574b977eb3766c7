// `npm run test:opinions [-- moto|dynamodb]`: asks other implementations of AWS's APIs about the same cases, where they are installed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ExplainedDifference } from './explained-differences.ts';
import { dynamoDbLocal, moto } from './other-clouds.ts';
import type { OtherCloud } from './other-clouds.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string().optional(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.enum(['passed', 'failed', 'skipped', 'pending', 'todo', 'disabled']),
          meta: z.object({ opinion: z.boolean().optional() }),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
});

type Report = z.infer<typeof reportSchema>;

const MAX_RUN_MS = 10 * 60_000;

const ask = async ({ services, files }: OtherCloud, endpoint: string): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-opinions-'));
  const file = join(folder, 'report.json');
  try {
    // One after the other: they share what the other implementation holds.
    const args = ['run', '--project=opinions', '--no-file-parallelism', '--reporter=json', `--outputFile=${file}`, ...files];
    const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, SIGNALBOX_OPINION_ENDPOINT: endpoint, SIGNALBOX_OPINION_SERVICES: services.join(',') },
      timeout: MAX_RUN_MS,
    });
    await once(child, 'close');
    return reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @returns how many differences nobody has explained, and explanations that nothing needs */
const judge = (name: string, report: Report, explained: readonly ExplainedDifference[]): number => {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const cases = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const asked = cases.filter(({ meta, status }) => meta.opinion === true && (status === 'passed' || status === 'failed'));
  const differing = cases.filter(({ status }) => status === 'failed');
  const reasonOf = (fullName: string): string | undefined => explained.find(({ test }) => test.test(fullName))?.reason;
  const open = differing.filter(({ fullName }) => reasonOf(fullName) === undefined);
  const idle = explained.filter(({ test }) => !differing.some(({ fullName }) => test.test(fullName)));
  const agreed = asked.filter(({ status }) => status === 'passed').length;
  process.stdout.write(
    `${name}: ran, ${asked.length} cases, ${agreed} agreed, ${differing.length - open.length} differ for a reason, ${open.length} differ\n`,
  );
  for (const { fullName } of differing) {
    const reason = reasonOf(fullName);
    if (reason !== undefined) process.stdout.write(`  ${fullName}: ${reason}\n`);
  }
  for (const { fullName, failureMessages } of open)
    process.stdout.write(`  DIFFERS ${fullName}: ${failureMessages.join(' ').split('\n')[0] ?? ''}\n`);
  for (const { message } of broken) process.stdout.write(`  BROKEN ${message ?? 'a test file'}\n`);
  for (const { test } of idle) process.stdout.write(`  NOT NEEDED ${String(test)}\n`);
  if (asked.length === 0) process.stdout.write('  NOTHING was asked\n');
  return open.length + broken.length + idle.length + (asked.length === 0 ? 1 : 0);
};

// Ended from outside, the servers end with it.
process.once('SIGTERM', () => process.exit(143));

let wrong = 0;
const [only = ''] = process.argv.slice(2);
for (const cloud of [moto, dynamoDbLocal].filter(({ name }) => name.toLowerCase().startsWith(only))) {
  const started = await cloud.start();
  if ('skipped' in started) {
    process.stdout.write(`${cloud.name}: skipped, ${started.skipped}\n`);
    continue;
  }
  try {
    wrong += judge(cloud.name, await ask(cloud, started.endpoint), cloud.explained);
  } finally {
    await started.stop();
  }
}
process.exitCode = wrong === 0 ? 0 : 1;
