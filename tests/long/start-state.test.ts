import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LIVE_FROM, sampleTickets } from '../../samples/sample-company.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** `signalbox start --once --json --state`, killed as soon as it has said `until`. */
const start = (state: string, until?: string): Promise<{ readonly stdout: string; readonly code: number | null }> =>
  new Promise((done, failed) => {
    const args = [
      '--disable-warning=ExperimentalWarning',
      'cli/signalbox.ts',
      'start',
      '--once',
      '--json',
      '--weeks',
      '1',
      '--state',
      state,
    ];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (until !== undefined && stdout.includes(until)) child.kill('SIGKILL');
    });
    child.on('error', failed);
    child.on('close', (code) => done({ stdout, code }));
  });

const all = sampleTickets({ weeks: 1 });
const live = all.filter(({ time }) => time >= LIVE_FROM).length;
const history = all.length - live;

const summaryOf = (stdout: string): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

test('a start that is killed in training, and again in the replay, ends with every ticket, and is not begun anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const state = join(folder, 'state');

  await start(state, 'state machine at TrainClustering');
  const second = await start(state, `30 of ${live}`);
  expect(second.stdout).toContain(`The event log holds the ${history} tickets of the history already`);
  expect(second.stdout).not.toContain('state machine at Begin');
  expect(second.stdout).toContain('Trained the first models and put them live');

  const third = await start(state);
  expect(third).toMatchObject({ code: 0 });
  expect(third.stdout).toContain('The models of the earlier run are live');
  expect(summaryOf(third.stdout)).toMatchObject({ tickets: live, quarantined: 0, lost: 0 });

  const fourth = await start(state);
  expect(fourth.stdout).toContain(`The ${live} live tickets are through already`);
  expect(summaryOf(fourth.stdout)).toEqual({ ...(summaryOf(third.stdout) as object), seconds: expect.any(Number) });
}, 600_000);
