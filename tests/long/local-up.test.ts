import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Up {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Ctrl-C. @returns the exit code, and what the process left in its temporary folder */
  readonly end: () => Promise<{ readonly code: number | null; readonly left: readonly string[] }>;
}

/** `signalbox local up` as a process of its own, once it is up. */
const up = async (args: readonly string[]): Promise<Up> => {
  const temporary = mkdtempSync(join(tmpdir(), 'signalbox-up-'));
  const child = spawn(process.execPath, ['cli/signalbox.ts', 'local', 'up', '--json', ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  });
  const [line] = await new Promise<readonly string[]>((done, failed) => {
    createInterface({ input: child.stdout }).once('line', (first) => done([first]));
    child.once('exit', (code) => failed(new Error(`it ended with ${code}`)));
  });
  const { endpoint, region, accessKeyId, secretAccessKey, outputs } = JSON.parse(line ?? '') as Record<string, string> & {
    readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const credentials = { accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' };
  const sqs = new SQSClient({ endpoint: endpoint ?? '', region: region ?? '', credentials });
  const queueUrl = Object.values(outputs).find((each) => each['RescoreQueueUrl'])?.['RescoreQueueUrl'] ?? '';
  const end: Up['end'] = () =>
    new Promise((done) => {
      child.once('exit', (code) => done({ code, left: readdirSync(temporary) }));
      child.kill('SIGINT');
    });
  return { sqs, queueUrl, end };
};

test('signalbox local up runs the stacks until Ctrl-C, and with --state goes on where it ended', async () => {
  const state = mkdtempSync(join(tmpdir(), 'signalbox-state-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  const first = await up(['--state', state]);
  const delayed = { QueueUrl: first.queueUrl, MessageBody: 'not a ticket', DelaySeconds: 900 };
  await first.sqs.send(new SendMessageCommand(delayed));
  expect(await first.end()).toEqual({ code: 0, left: expect.not.arrayContaining([expect.stringContaining('local-cloud')]) });

  const second = await up(['--state', state]);
  const { Attributes } = await second.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: second.queueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
  expect((await second.end()).code).toBe(0);
}, 300_000);
