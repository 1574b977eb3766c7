import { afterEach, describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createEventSourceMapping } from '../../local/lambda/event-source-mapping.ts';
import type { EventSourceMapping } from '../../local/lambda/event-source-mapping.ts';
import type { InvocationResult } from '../../local/lambda/execution-environment.ts';
import { readEventSourceSettings } from '../../local/lambda/function-definition.ts';
import type { ApiCall } from '../../local/service.ts';
import { createSqs } from '../../local/sqs.ts';
import type { Sqs } from '../../local/sqs.ts';
import { functionOf } from './support/function-folder.ts';

interface Batch {
  readonly ids: readonly string[];
  readonly bodies: readonly string[];
  readonly event: { readonly Records: readonly Record<string, unknown>[] };
  /** Ends the invocation. */
  readonly end: (result: unknown) => void;
  readonly fail: () => void;
}

const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:tickets';
const deadArn = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const open: { mapping: EventSourceMapping; sqs: Sqs }[] = [];

afterEach(() => {
  for (const { mapping, sqs } of open.splice(0)) {
    mapping.close();
    sqs.close();
  }
});

/** A queue, and a mapping to a function that is played by the test. */
const startMapping = (properties: Record<string, unknown> = {}, visibilityTimeoutSeconds = 30) => {
  const clock = startSteppedClock(Date.UTC(2026, 0, 5));
  const sqs = createSqs({ clock, region: 'eu-west-1', accountId: '000000000000', endpoint: () => 'http://127.0.0.1:1' });
  sqs.createQueue({ name: 'dead', properties: {} });
  const redrive = { deadLetterTargetArn: deadArn, maxReceiveCount: 2 };
  sqs.createQueue({ name: 'tickets', properties: { VisibilityTimeout: visibilityTimeoutSeconds, RedrivePolicy: redrive } });
  const calls: ApiCall[] = [];
  const batches: Batch[] = [];
  const mapping = createEventSourceMapping({
    id: 'id',
    settings: readEventSourceSettings({ EventSourceArn: queueArn, FunctionName: 'app-Fn', ...properties }, 'mapping'),
    definition: functionOf('', { codeFolder: '/nowhere' }),
    clock,
    dispatch: (call) => {
      calls.push(call);
      return sqs.call(call);
    },
    region: 'eu-west-1',
    log: () => undefined,
    invoke: (_definition, invocation) =>
      new Promise<InvocationResult>((resolve) => {
        const event = JSON.parse(invocation.event) as Batch['event'];
        batches.push({
          event,
          ids: event.Records.map((record) => String(record['messageId'])),
          bodies: event.Records.map((record) => String(record['body'])),
          end: (result) => resolve({ kind: 'returned', payload: JSON.stringify(result) ?? 'null' }),
          fail: () => resolve({ kind: 'failed', error: { errorType: 'Error', errorMessage: 'no' } }),
        });
      }),
  });
  open.push({ mapping, sqs });
  const send = async (...bodies: string[]) => {
    for (const MessageBody of bodies) {
      const input = { QueueUrl: 'http://x/000000000000/tickets', MessageBody };
      await sqs.call({ caller: { name: 'operator', principal: 'p' }, service: 'sqs', action: 'SendMessage', input });
    }
    await settle();
  };
  const nextBatch = async (): Promise<Batch> => {
    await expect.poll(() => batches.length).toBeGreaterThan(0);
    return batches.shift() as Batch;
  };
  const quiet = async () => {
    await expect.poll(() => mapping.busy()).toBe(0);
  };
  return { clock, sqs, calls, batches, mapping, send, nextBatch, quiet };
};

/** Lets every promise that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an event source mapping', () => {
  test('hands over records as Lambda does', async () => {
    const { sqs, nextBatch } = startMapping();
    await sqs.call({
      caller: { name: 'operator', principal: 'arn:user' },
      service: 'sqs',
      action: 'SendMessage',
      input: {
        QueueUrl: 'http://x/000000000000/tickets',
        MessageBody: 'hello',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'a' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from('b') },
        },
      },
    });
    const { event } = await nextBatch();
    expect(event.Records).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(Date.UTC(2026, 0, 5)),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: String(Date.UTC(2026, 0, 5)),
        },
        messageAttributes: {
          kind: { stringValue: 'a', stringListValues: [], binaryListValues: [], dataType: 'String' },
          raw: { binaryValue: 'Yg==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfMessageAttributes: expect.any(String),
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion: 'eu-west-1',
      },
    ]);
  });

  test('deletes a batch that succeeded, as the role of the function', async () => {
    const { sqs, send, nextBatch, quiet, calls } = startMapping();
    await send('a');
    (await nextBatch()).end(null);
    await quiet();
    expect(sqs.inspect(queueArn).messages).toBe(0);
    expect(new Set(calls.map((call) => call.caller.name))).toEqual(new Set(['Fn']));
  });

  test('deletes nothing after an error; the message comes back with its visibility timeout, and ends as a dead letter', async () => {
    const { sqs, clock, send, nextBatch, quiet, batches } = startMapping();
    await send('a');
    (await nextBatch()).fail();
    await quiet();
    await clock.advance(29_000);
    expect(batches).toHaveLength(0);
    await clock.advance(1000);
    (await nextBatch()).fail();
    await quiet();
    await clock.advance(30_000);
    await expect.poll(() => sqs.inspect(deadArn).visible).toBe(1);
    expect(sqs.inspect(queueArn).messages).toBe(0);
  });

  test('keeps only the messages that the function reported as failed', async () => {
    const { sqs, send, nextBatch, quiet } = startMapping({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 20,
      MaximumBatchingWindowInSeconds: 300,
    });
    await send(...Array.from({ length: 20 }, (_, index) => `m${index}`));
    const batch = await nextBatch();
    expect(batch.bodies).toHaveLength(20);
    batch.end({ batchItemFailures: [{ itemIdentifier: batch.ids[3] }, { itemIdentifier: batch.ids[14] }] });
    await quiet();
    expect(sqs.inspect(queueArn)).toMatchObject({ inFlight: 2, messages: 2 });
  });

  test('gathers within the batching window', async () => {
    const { clock, send, nextBatch, batches } = startMapping({ BatchSize: 500, MaximumBatchingWindowInSeconds: 60 }, 400);
    await send('a');
    await clock.advance(30_000);
    await send('b');
    await clock.advance(29_000);
    await settle();
    expect(batches).toHaveLength(0);
    await clock.advance(1000);
    expect((await nextBatch()).bodies).toEqual(['a', 'b']);
  });

  test('invokes nothing once it is closed, whatever it has gathered', async () => {
    const { batches, mapping, send } = startMapping({ BatchSize: 100, MaximumBatchingWindowInSeconds: 60 });
    await send('a', 'b');
    mapping.close();
    await settle();
    await settle();
    expect(batches).toEqual([]);
  });

  test('runs at most its maximum concurrency of batches at once', async () => {
    const { send, nextBatch, batches, mapping } = startMapping({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await send('a', 'b', 'c');
    const first = await nextBatch();
    await nextBatch();
    await settle();
    expect(batches).toHaveLength(0);
    expect(mapping.busy()).toBe(2);
    first.end(null);
    expect((await nextBatch()).bodies).toEqual(['c']);
  });

  test('waits in one long poll while there is nothing', async () => {
    const { calls, clock } = startMapping();
    await settle();
    expect(calls).toHaveLength(1);
    await clock.advance(60_000);
    await settle();
    expect(calls.length).toBeLessThanOrEqual(4);
    expect(calls[0]?.input).toMatchObject({ WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
  });

  test('that is disabled leaves the messages visible, and takes them when it is enabled again', async () => {
    const { sqs, send, nextBatch, batches, mapping } = startMapping();
    mapping.setEnabled(false);
    await send('a', 'b');
    await settle();
    expect(batches).toHaveLength(0);
    await expect.poll(() => sqs.inspect(queueArn).visible).toBe(2);
    mapping.setEnabled(true);
    const bodies = [...(await nextBatch()).bodies];
    if (bodies.length < 2) bodies.push(...(await nextBatch()).bodies);
    expect(bodies.sort()).toEqual(['a', 'b']);
  });

  test('that is not enabled in the template polls nothing', async () => {
    const { calls, mapping } = startMapping({ Enabled: false });
    await settle();
    expect(calls).toHaveLength(0);
    expect(mapping.describe().State).toBe('Disabled');
  });

  test('goes on after a receive that failed', async () => {
    const { clock, sqs, send, nextBatch } = startMapping();
    const answer = sqs.call.bind(sqs);
    let failures = 0;
    Object.assign(sqs, {
      call: (call: ApiCall) =>
        call.action === 'ReceiveMessage' && failures++ === 0 ? Promise.reject(new Error('throttled')) : answer(call),
    });
    await clock.advance(20_000);
    await clock.advance(1000);
    await send('a');
    expect((await nextBatch()).bodies).toEqual(['a']);
    expect(failures).toBeGreaterThan(1);
  });
});
