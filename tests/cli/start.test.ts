import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { smallCompanyFile } from '../support/small-company.ts';
import { endProcessGroup } from '../support/end-process-group.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the process left in the folder for temporary files. */
  readonly left: readonly string[];
}

/** The command as a process of its own; `when` sees its output as it comes. */
const signalbox = async (
  args: readonly string[],
  when: (stdout: string, interrupt: () => void) => void = () => undefined,
): Promise<Ended> => {
  const temporary = await mkdtemp(join(tmpdir(), 'signalbox-start-'));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  return new Promise((done, failed) => {
    const env = { ...process.env, TMPDIR: temporary };
    const child = spawn(process.execPath, ['cli/signalbox.ts', ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      when(stdout, () => child.kill('SIGINT'));
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', failed);
    child.on('close', (code) => {
      done({ code, stdout, stderr, left: readdirSync(temporary) });
    });
  });
};

/** Fewer tickets and one head: models in a fraction of the time. */
const SMALL_FILE = ['--data', smallCompanyFile, '--text', 'subject,body', '--label', 'labels.team'];

/** Node's own cache of compiled code, which the CDK's command line switches on, is shared and meant to stay. */
const withoutNodesCache = (names: readonly string[]): readonly string[] => names.filter((name) => name !== 'node-compile-cache');

describe('signalbox start', () => {
  test('--once --json runs the journey and ends with its summary as the last line', async () => {
    const { code, stdout, stderr, left } = await signalbox(['start', '--once', '--json', '--weeks', '1']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(withoutNodesCache(left)).toEqual([]);
    const summary: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(Object.keys(summary as object)).toEqual([
      'tickets',
      'routed',
      'abstained',
      'quarantined',
      'lost',
      'agreement',
      'topics',
      'emerging',
      'leftBecause',
      'incidents',
      'planted',
      'p50Ms',
      'p95Ms',
      'ticketsPerSecond',
      'awsRequestsPerTicket',
      'usdPerMillion',
      'seconds',
    ]);
    const { tickets } = summary as { readonly tickets: number };
    expect(tickets).toBeGreaterThan(200);
    expect(summary).toMatchObject({ quarantined: 0, lost: 0 });
    expect(summary).toMatchObject({ planted: { tickets: 22, noticedAt: expect.any(String) as string } });
    expect(stdout).toMatch(/the incident in the sample +22 tickets, began at \d\d:\d\d, noticed at/);
    const { routed, abstained, agreement, topics, usdPerMillion } = summary as Record<string, number>;
    expect(usdPerMillion).toBeGreaterThan(1);
    expect((routed ?? 0) + (abstained ?? 0)).toBe(tickets);
    expect(agreement).toBeGreaterThan(0.7);
    expect(topics).toBeGreaterThan(5);
    expect(stdout).toContain("the last 1 of the sample company's 16 weeks");
    for (const step of ['Synthesized', 'Started the local cloud', 'Imported 5', 'Trained', `Replayed ${tickets}`])
      expect(stdout).toContain(step);
  }, 240_000);

  test('stays up until Ctrl-C, says how to send a ticket, and leaves nothing behind', async () => {
    let interrupted = false;
    const { code, stdout, left } = await signalbox(['start', ...SMALL_FILE], (said, interrupt) => {
      if (interrupted || !said.includes('Ctrl-C ends it.')) return;
      interrupted = true;
      interrupt();
    });
    expect(code).toBe(0);
    expect(stdout).toContain('aws sqs send-message --queue-url http://127.0.0.1:');
    expect(stdout).toContain('new SendMessageCommand(');
    expect(withoutNodesCache(left)).toEqual([]);
    const port = Number(/local cloud at http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
    await expect(listenOn(port)).resolves.toBe(port);
  }, 240_000);

  test('Ctrl-C while the models are trained ends at once, without a stack trace', async () => {
    let interrupted = false;
    const { code, stdout, stderr, left } = await signalbox(['start', '--once', '--weeks', '1'], (said, interrupt) => {
      if (interrupted || !said.includes('TrainRouting')) return;
      interrupted = true;
      interrupt();
    });
    expect(code).toBe(130);
    expect(withoutNodesCache(left)).toEqual([]);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('Trained the first models');
  }, 240_000);

  test('ends, and leaves nothing behind, where whoever started it was killed', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'signalbox-start-'));
    onTestFinished(() => rm(temporary, { recursive: true, force: true }));
    const starter = spawn(
      process.execPath,
      [
        '-e',
        "require('node:child_process').spawn(process.execPath, ['cli/signalbox.ts', 'start'], { stdio: ['ignore', 'inherit', 'inherit'] })",
      ],
      { cwd: ROOT, env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'ignore'], detached: true },
    );
    onTestFinished(() => endProcessGroup(starter.pid));
    let said = '';
    starter.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('TrainRouting')) starter.kill('SIGKILL');
    });
    // The pipe closes only when the last of those who inherited it has ended.
    await new Promise((closed) => starter.on('close', closed));
    expect(starter.signalCode).toBe('SIGKILL');
    expect(said).not.toContain('Ctrl-C ends it.');
    expect(withoutNodesCache(readdirSync(temporary))).toEqual([]);
  }, 240_000);

  test('a port in use is told in a sentence', async () => {
    const taken = await listenOn(0);
    const { code, stderr } = await signalbox(['start', '--once', '--port', String(taken)]);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`^signalbox: Port ${taken} is in use by another program.*See --port\\.`));
  });

  test.for([
    [
      ['start', '--once', '--data', 'nowhere.csv', '--text', 'a', '--label', 'b'],
      1,
      /^signalbox: There is no file nowhere\.csv; check the path\.$/,
    ],
    [['start', '--data', 'x.csv'], 2, /^signalbox: --data needs --text COLUMN and --label COLUMN/],
    [['start', '--label', 'x'], 2, /^signalbox: --text and --label name columns of a file; add --data FILE\.$/],
    [['start', '--data', 'x.csv', '--text', 'a', '--label', 'b', '--weeks', '2'], 2, /^signalbox: --weeks is of the sample/],
    [['start', '--weeks', '17'], 2, /The sample company has 1 to 16 weeks/],
    [['start', '--port', 'many'], 2, /A port is a whole number from 0 to 65535/],
    [['start', '--sideways'], 2, /unknown option '--sideways'/],
    [['sideways'], 2, /unknown command 'sideways'/],
  ] as const)('%j is a mistake that is told without a stack trace', async ([args, expected, message]) => {
    const { code, stderr } = await signalbox(args);
    expect(code).toBe(expected);
    expect(stderr.trim()).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('--help shows examples', async () => {
    const { code, stdout } = await signalbox(['start', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('npm start -- --data tickets.csv.gz --text subject,body --label team');
  });
});

/** Listens until the test ends; resolves with the port. */
const listenOn = (port: number): Promise<number> =>
  new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    onTestFinished(() => {
      server.close();
    });
    server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
