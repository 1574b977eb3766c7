import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');

/** True where a program is installed and answers. */
const answers = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;

const HAS_AWS = answers('aws', ['--version']);
const HAS_BOTO3 = answers('python3', ['-c', 'import boto3']);
const HAS_CURL = answers('curl', ['--aws-sigv4', 'aws:amz', '--version']);
const unless = (has: boolean): string => (has ? '' : ' (skipped: it is not installed here)');

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
}, 120_000);

afterAll(() => journey?.close());

const run = (
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> =>
  new Promise((done, failed) => {
    const { endpoint, region } = journey.cloud;
    const { accessKeyId, secretAccessKey } = journey.cloud.credentials('producer');
    const { TicketsQueueUrl, OutcomesQueueUrl, TicketsTable } = journey.operator.outputs;
    const child = spawn(command, args, {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_EC2_METADATA_DISABLED: 'true',
        TICKETS_QUEUE_URL: TicketsQueueUrl,
        OUTCOMES_QUEUE_URL: OutcomesQueueUrl,
        TICKETS_TABLE: TicketsTable,
      },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', failed);
    child.on('close', (code) => done({ code, out, err }));
  });

const decided = (ticketId: string) => eventually('a decision', async () => (await journey.states([ticketId])).get(ticketId));

/** Before there is a model, that is what is said of every ticket. */
const NO_MODEL = 'No model is live yet; a person decides';

describe('an example sends a ticket and reads the decision', () => {
  test('in TypeScript, and its outcome is taken in', async () => {
    const args = [join(EXAMPLES, 'send-ticket.ts'), 'TS-1', 'Where is it?', 'Said in "quotes", over\ntwo lines.'];
    const { code, out, err } = await run(process.execPath, args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(NO_MODEL);
    await eventually('the outcome', async () => (await journey.states(['TS-1'])).get('TS-1')?.settledByPerson);
    expect((await decided('TS-1')).ticket.text).toMatchObject({
      subject: 'Where is it?',
      body: 'Said in "quotes", over\ntwo lines.',
    });
  });

  test.skipIf(!HAS_BOTO3)(`in Python with boto3${unless(HAS_BOTO3)}`, async () => {
    const { code, out, err } = await run('python3', [join(EXAMPLES, 'send_ticket.py'), 'PY-1', 'Où est-il ?', 'Grüße']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(NO_MODEL);
    expect((await decided('PY-1')).ticket.text).toMatchObject({ subject: 'Où est-il ?', body: 'Grüße' });
  });

  test.skipIf(!HAS_AWS)(`with the AWS command line${unless(HAS_AWS)}`, async () => {
    const { code, out, err } = await run('sh', [join(EXAMPLES, 'send-ticket.sh'), join(EXAMPLES, 'ticket.json'), 'TICKET-1']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(NO_MODEL);
  });

  test.skipIf(!HAS_CURL)(`with curl${unless(HAS_CURL)}`, async () => {
    const { code, out, err } = await run('sh', [join(EXAMPLES, 'send-ticket-with-curl.sh'), join(EXAMPLES, 'ticket.json')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ MessageId: expect.any(String) });
    expect((await decided('TICKET-1')).ticket.text.subject).toBe('Where is my refund?');
  });
});
