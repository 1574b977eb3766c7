import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addImportCommand } from '../../../cli/import/command.ts';
import { announce } from '../../../cli/local/announce.ts';
import type { Announced } from '../../../cli/local/announce.ts';
import type { StageSurroundings } from '../../../cli/stage/surroundings.ts';
import { docCommands } from '../../../scripts/doc-commands.ts';
import { ticketLearnedSchema } from '../../../core/contracts/bus-event.ts';
import { startJourney } from '../../support/running-journey.ts';
import type { RunningJourney } from '../../support/running-journey.ts';
import type { Ran } from '../local/local-command.ts';
import { cloudFormationWith, runCommand, surroundings } from '../stage/run-command.ts';

let journey: RunningJourney;
let announced: Announced;
let around: StageSurroundings;
let folder: string;
const atEnd: (() => void)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-import-'));
  journey = await startJourney();
  around = surroundings({ runningFile: join(folder, 'running.json') });
  announced = announce(around, journey.cloud);
}, 120_000);

afterAll(async () => {
  for (const end of atEnd) end();
  announced?.withdraw();
  await journey?.close();
  rmSync(folder, { recursive: true, force: true });
});

const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString();

/** A file that was written so many hours ago. */
const fileOf = (name: string, lines: readonly string[], hoursOld = 10): string => {
  const file = join(folder, name);
  writeFileSync(file, ['id,created,subject,body,team', ...lines, ''].join('\n'));
  const written = new Date(Math.floor(Date.now() / 3_600_000 - hoursOld) * 3_600_000);
  utimesSync(file, written, written);
  return file;
};

const run = (args: readonly string[], own: Partial<StageSurroundings> = {}): Promise<Ran> =>
  runCommand(addImportCommand, { ...around, ...own }, ['import', ...args]);

const objects = async (): Promise<readonly string[]> => {
  const { s3, outputs } = journey.operator;
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.DataBucket, Prefix: 'events/' }));
  return (Contents ?? []).map(({ Key = '' }) => Key);
};

const lessons = async () => (await journey.eventLog()).map(({ detail }) => ticketLearnedSchema.parse(detail));

const history = Array.from(
  { length: 60 },
  (_, at) => `T-${at},${day(60 - at)},Refund ${at},"Write to jo@example.com, please",${at % 2 === 0 ? 'billing' : 'Shipping'}`,
);

describe('import on the local cloud that runs', () => {
  test('writes each ticket into the event log, redacted, as training reads it', async () => {
    const { code, out, err } = await run([fileOf('t.csv', history), '--yes', '--no-retrain']);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Imported 60 tickets into the event log of local (60 objects).\nNo retraining was started; the weekly one will read them.\n',
    });
    expect(err).toContain('60 rows, 60 tickets to import');
    const learned = await lessons();
    expect(learned).toHaveLength(60);
    expect(learned.find(({ ticketId }) => ticketId === 'T-1')).toMatchObject({
      lesson: 'imported',
      text: { subject: 'Refund 1', body: 'Write to [email], please' },
      labels: { team: 'Shipping' },
    });
  });

  test('adds nothing when the same file is imported again', async () => {
    const before = await objects();
    expect((await run([fileOf('t.csv', history), '--yes', '--no-retrain'])).code).toBe(0);
    expect(await objects()).toEqual(before);
  });

  test('a copy of the file adds no event, and a mended row counts', async () => {
    const mended = history.map((line) => line.replace(/^(T-0,.*),billing$/, '$1,accounts'));
    expect((await run([fileOf('copy.csv', mended, 5), '--yes', '--no-retrain'])).code).toBe(0);
    const learned = await lessons();
    expect(new Set(learned.map(({ id }) => id)).size).toBe(61);
    const ofFirst = learned.filter(({ ticketId }) => ticketId === 'T-0');
    const [latest] = ofFirst.toSorted((a, b) => (b.recordedAt ?? '').localeCompare(a.recordedAt ?? ''));
    expect(latest?.labels).toEqual({ team: 'accounts' });
  });

  test('deals the rows of a file without times over the eight weeks before it was written, the same way every time', async () => {
    const file = fileOf('undated.csv', []);
    const rows = Array.from({ length: 200 }, (_, at) => `undated ticket ${at},${at < 100 ? 'billing' : 'shipping'}`);
    writeFileSync(file, ['text,team', ...rows, ''].join('\n'));
    const written = new Date(Date.now() - 30 * 86_400_000);
    utimesSync(file, written, written);
    expect((await run([file, '--without-times', '--yes', '--no-retrain'])).code).toBe(0);
    const undated = (await lessons()).filter(({ text }) => text.body.startsWith('undated'));
    expect(undated).toHaveLength(200);
    const times = undated.map(({ time }) => Date.parse(time));
    expect(Math.max(...times)).toBeLessThanOrEqual(written.getTime());
    expect(Math.min(...times)).toBeGreaterThan(written.getTime() - 57 * 86_400_000);
    // Sorted by label in the file, but not in time.
    const newest = undated.toSorted((a, b) => b.time.localeCompare(a.time)).slice(0, 30);
    expect(new Set(newest.map(({ labels }) => labels['team']))).toEqual(new Set(['billing', 'shipping']));
    const before = await objects();
    expect((await run([file, '--without-times', '--yes', '--no-retrain'])).code).toBe(0);
    expect(await objects()).toEqual(before);
  });

  test('starts a retraining, or says that one runs', async () => {
    const file = fileOf('t.csv', history);
    const first = JSON.parse((await run([file, '--yes', '--json'])).out) as {
      retraining: { kind: string; executionArn: string; announced?: { encoding: string } };
    };
    expect(first.retraining.announced?.encoding).toMatch(/^\d+ tickets have to be encoded with use-lite: about \d+ s, /u);
    const { status, input } = await journey.operator.stepFunctions.send(
      new DescribeExecutionCommand({ executionArn: first.retraining.executionArn }),
    );
    expect({ kind: first.retraining.kind, status, input }).toEqual({
      kind: 'started',
      status: 'RUNNING',
      input: '{"trigger":"import"}',
    });
    const second = await run([file, '--yes']);
    expect(second.out).toContain('A retraining runs already');
  });

  test('asks a person first, and does nothing without their word', async () => {
    const file = fileOf('asked.csv', [`ASKED,${day(1)},a,b,billing`]);
    const before = await objects();
    const asked: string[] = [];
    const answering = (answer: string): Partial<StageSurroundings> => ({
      isTerminal: () => true,
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    });
    expect(await run([file, '--no-retrain'], answering(''))).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing was imported.'),
    });
    expect(asked).toEqual(['Import 1 ticket into local? [y/N] ']);
    expect(await run([file, '--no-retrain'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('look with --dry-run first, then add --yes'),
    });
    expect(await objects()).toEqual(before);
    expect((await run([file, '--no-retrain'], answering('y'))).code).toBe(0);
    expect((await objects()).length).toBe(before.length + 1);
  });
});

test('import on AWS finds the stage by its stack, and production has to be typed', async () => {
  const { endpoint, region, outputs } = journey.cloud;
  const cloudFormation = await cloudFormationWith(
    { 'signalbox-prod-journey': Object.assign({}, ...Object.values(outputs)) as Record<string, string> },
    (end) => atEnd.push(end),
  );
  const aws = { endpoint, region, credentials: journey.cloud.credentials('engineer') };
  const file = fileOf('prod.csv', [`PROD,${day(1)},a,b,billing`]);
  const questions: string[] = [];
  const ask = (question: string): Promise<string> => {
    questions.push(question);
    return Promise.resolve('prod');
  };
  const { code, out } = await run([file, '--stage', 'prod', '--no-retrain'], {
    cloudFormation,
    aws,
    isTerminal: () => true,
    ask,
  });
  expect({ code, questions }).toEqual({ code: 0, questions: ['This will import 1 ticket in prod. Type prod to go on: '] });
  expect(out).toContain('into the event log of prod');
  expect((await lessons()).map(({ ticketId }) => ticketId)).toContain('PROD');
});

describe('the page about importing', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/importing.md'), 'utf8');
  const commands = docCommands(page).map(({ command, output }) => ({
    output,
    args: command.split(' -- import ')[1]!.split(' '),
  }));

  test('shows a dry run, the import, and Zendesk', () => {
    expect(commands.map(({ output }) => output !== undefined)).toEqual([true, false, true]);
  });

  test.for(commands)('import $args prints what is shown', async ({ args, output }) => {
    // The tickets of the page are of the past, but not of a past that training no longer reads.
    const { code, out, err } = await run(args, { now: () => Date.parse('2026-11-22T12:00:00Z') });
    expect(code).toBe(0);
    expect(output === undefined ? '' : `${err}${out}`.trimEnd()).toBe(output ?? '');
    expect(out).toMatch(output === undefined ? /^Imported 12 tickets into the event log of local/ : /Nothing was imported\.$/m);
  });
});

test('without a local cloud that runs, import says how to start one', async () => {
  const { code, err } = await run([fileOf('t.csv', history), '--yes'], { runningFile: join(folder, 'none.json') });
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining('No local cloud is running; start one with npm start.'),
  });
});
