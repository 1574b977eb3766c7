import { expect, test } from 'vitest';
import { startSteppedClock, type Clock } from '../../local/clock.ts';
import { createSqs, type Sqs } from '../../local/sqs.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const caller = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, unknown>>;
}

interface Fixture {
  readonly sqs: Sqs;
  readonly clock: Clock;
  readonly arn: string;
  readonly url: string;
  call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  send(body: string, more?: Record<string, unknown>): Promise<Record<string, unknown>>;
  receive(more?: Record<string, unknown>): Promise<readonly Message[]>;
}

const startQueue = (properties: Record<string, unknown> = {}, before?: (sqs: Sqs) => Record<string, unknown>): Fixture => {
  const clock = startSteppedClock(start);
  const sqs = createSqs({ clock, region: 'eu-central-1', accountId: '000000000000', endpoint: () => 'http://127.0.0.1:1' });
  const { arn, url } = sqs.createQueue({ name: 'tickets', properties: { ...properties, ...before?.(sqs) } });
  const call: Fixture['call'] = (action, input) =>
    sqs.call({ caller, service: 'sqs', action, input: { QueueUrl: url, ...input } });
  return {
    sqs,
    clock,
    arn,
    url,
    call,
    send: (body, more) => call('SendMessage', { MessageBody: body, ...more }),
    receive: async (more) =>
      ((await call('ReceiveMessage', { MaxNumberOfMessages: 10, ...more }))['Messages'] ?? []) as readonly Message[],
  };
};

const withDeadLetters = (maxReceiveCount: number) => (sqs: Sqs) => {
  const { arn } = sqs.createQueue({ name: 'dead', properties: {} });
  return { RedrivePolicy: { deadLetterTargetArn: arn, maxReceiveCount } };
};
const deadUrl = 'http://127.0.0.1:1/000000000000/dead';
const deadArn = 'arn:aws:sqs:eu-central-1:000000000000:dead';

test('a message is received once, stays in flight, and is gone when it is deleted', async () => {
  const queue = startQueue();
  await queue.send('hello');

  const [message] = await queue.receive();

  expect(message?.Body).toBe('hello');
  expect(await queue.receive()).toEqual([]);
  expect(queue.sqs.inspect(queue.arn)).toEqual({ visible: 0, delayed: 0, inFlight: 1, messages: 1 });
  await queue.call('DeleteMessage', { ReceiptHandle: message?.ReceiptHandle });
  expect(queue.sqs.inspect(queue.arn)).toEqual({ visible: 0, delayed: 0, inFlight: 0, messages: 0 });
});

test('a message that is not deleted comes back when its visibility timeout ends', async () => {
  const queue = startQueue({ VisibilityTimeout: 60 });
  await queue.send('hello');
  await queue.receive();

  await queue.clock.advance(59_999);
  expect(await queue.receive()).toEqual([]);
  await queue.clock.advance(1);
  const [again] = await queue.receive({ MessageSystemAttributeNames: ['All'] });

  expect(again?.Attributes).toMatchObject({
    ApproximateReceiveCount: '2',
    SentTimestamp: String(start),
    ApproximateFirstReceiveTimestamp: String(start),
    SenderId: caller.principal,
  });
});

test('the handle of an earlier receive succeeds and deletes nothing', async () => {
  const queue = startQueue({ VisibilityTimeout: 10 });
  await queue.send('hello');
  const [first] = await queue.receive();
  await queue.clock.advance(10_000);
  const [second] = await queue.receive();

  await queue.call('DeleteMessage', { ReceiptHandle: first?.ReceiptHandle });
  expect(queue.sqs.inspect(queue.arn).messages).toBe(1);
  await queue.call('DeleteMessage', { ReceiptHandle: second?.ReceiptHandle });
  expect(queue.sqs.inspect(queue.arn).messages).toBe(0);
  await queue.call('DeleteMessage', { ReceiptHandle: second?.ReceiptHandle });
});

test('the latest handle still deletes a message whose visibility timeout has ended', async () => {
  const queue = startQueue({ VisibilityTimeout: 10 });
  await queue.send('hello');
  const [message] = await queue.receive();
  await queue.clock.advance(20_000);
  expect(queue.sqs.inspect(queue.arn).visible).toBe(1);

  await queue.call('DeleteMessage', { ReceiptHandle: message?.ReceiptHandle });

  expect(await queue.receive()).toEqual([]);
  expect(queue.sqs.inspect(queue.arn)).toEqual({ visible: 0, delayed: 0, inFlight: 0, messages: 0 });
});

test('a handle that no queue gave out is refused', async () => {
  const queue = startQueue();

  await expect(queue.call('DeleteMessage', { ReceiptHandle: 'made-up' })).rejects.toMatchObject({
    code: 'ReceiptHandleIsInvalid',
  });
});

test('a changed visibility counts from now, and zero gives the message back at once', async () => {
  const queue = startQueue({ VisibilityTimeout: 10 });
  await queue.send('hello');
  const [message] = await queue.receive();
  const handle = { ReceiptHandle: message?.ReceiptHandle };

  await queue.call('ChangeMessageVisibility', { ...handle, VisibilityTimeout: 100 });
  await queue.clock.advance(50_000);
  expect(await queue.receive()).toEqual([]);
  await queue.call('ChangeMessageVisibility', { ...handle, VisibilityTimeout: 0 });

  expect(await queue.receive()).toHaveLength(1);
  await expect(queue.call('ChangeMessageVisibility', { ...handle, VisibilityTimeout: 0 })).rejects.toMatchObject({
    code: 'InvalidParameterValue',
  });
});

test('the visibility of a message that is not in flight cannot be changed', async () => {
  const queue = startQueue({ VisibilityTimeout: 10 });
  await queue.send('hello');
  const [message] = await queue.receive();
  await queue.clock.advance(10_000);

  await expect(
    queue.call('ChangeMessageVisibility', { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 5 }),
  ).rejects.toMatchObject({ code: 'MessageNotInflight' });
});

test('a delayed message is seen when its delay ends, its own delay before the queue’s', async () => {
  const queue = startQueue({ DelaySeconds: '5' });
  await queue.send('as the queue says');
  await queue.send('at once', { DelaySeconds: 0 });
  await queue.send('late', { DelaySeconds: 900 });

  const bodies = async (): Promise<readonly string[]> => (await queue.receive()).map(({ Body }) => Body);
  expect(await bodies()).toEqual(['at once']);
  expect(queue.sqs.inspect(queue.arn)).toMatchObject({ delayed: 2, inFlight: 1 });
  await queue.clock.advance(5000);
  expect(await bodies()).toEqual(['as the queue says']);
  await queue.clock.advance(895_000);
  expect(await bodies()).toContain('late');
  await expect(queue.send('too late', { DelaySeconds: 901 })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
});

test('a message received too often goes to the dead-letter queue with its age and its source', async () => {
  const queue = startQueue({ VisibilityTimeout: 1 }, withDeadLetters(2));
  await queue.send('poison', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } });
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    expect(await queue.receive()).toHaveLength(1);
    await queue.clock.advance(1000);
  }
  expect(await queue.receive()).toEqual([]);

  const [dead] = await queue.receive({ QueueUrl: deadUrl, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });

  expect(dead).toMatchObject({
    Body: 'poison',
    Attributes: { DeadLetterQueueSourceArn: queue.arn, SentTimestamp: String(start), ApproximateReceiveCount: '3' },
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
  });
  expect(queue.sqs.inspect(queue.arn).messages).toBe(0);
});

test('a dead-letter queue that does not exist, or does not allow the source, is refused', () => {
  const policy = { RedrivePolicy: { deadLetterTargetArn: deadArn, maxReceiveCount: 3 } };

  expect(() => startQueue(policy)).toThrow('Dead letter target does not exist');
  expect(() =>
    startQueue(policy, (sqs) => {
      sqs.createQueue({ name: 'dead', properties: { RedriveAllowPolicy: { redrivePermission: 'denyAll' } } });
      return {};
    }),
  ).toThrow('does not allow');
});

test('messages older than the retention period are gone', async () => {
  const queue = startQueue({ MessageRetentionPeriod: 60 });
  await queue.send('old');
  await queue.clock.advance(30_000);
  await queue.send('new');
  await queue.clock.advance(30_000);

  expect(queue.sqs.inspect(queue.arn).messages).toBe(1);
  expect((await queue.receive()).map(({ Body }) => Body)).toEqual(['new']);
});

test('a long poll is answered by the send that ends it', async () => {
  const queue = startQueue();
  const poll = queue.receive({ WaitTimeSeconds: 20 });

  await queue.send('hello');

  expect((await poll).map(({ Body }) => Body)).toEqual(['hello']);
});

test('a long poll takes a whole batch', async () => {
  const queue = startQueue();
  const poll = queue.receive({ WaitTimeSeconds: 20 });

  await queue.call('SendMessageBatch', { Entries: ['a', 'b', 'c'].map((body) => ({ Id: body, MessageBody: body })) });

  expect((await poll).map(({ Body }) => Body)).toEqual(['a', 'b', 'c']);
});

test('a long poll sees a message whose delay ends, and one whose visibility timeout ends', async () => {
  const queue = startQueue({ VisibilityTimeout: 3 });
  await queue.send('delayed', { DelaySeconds: 2 });
  const first = queue.receive({ WaitTimeSeconds: 20 });
  await queue.clock.advance(2000);
  expect(await first).toHaveLength(1);

  const second = queue.receive({ WaitTimeSeconds: 20 });
  await queue.clock.advance(3000);
  expect(await second).toHaveLength(1);
});

test('a long poll without messages ends empty when its time is up', async () => {
  const queue = startQueue({ ReceiveMessageWaitTimeSeconds: 5 });
  let ended = false;
  const poll = queue.receive().then((messages) => {
    ended = true;
    return messages;
  });

  await queue.clock.advance(4999);
  expect(ended).toBe(false);
  await queue.clock.advance(1);

  expect(await poll).toEqual([]);
});

test('closing ends the polls that wait', async () => {
  const queue = startQueue();
  const poll = queue.receive({ WaitTimeSeconds: 20 });

  queue.sqs.close();

  expect(await poll).toEqual([]);
});

test('each message goes to one of the polls that wait, in their order', async () => {
  const queue = startQueue();
  const polls = [1, 2].map(() => queue.receive({ WaitTimeSeconds: 20 }));

  await queue.send('a');
  await queue.send('b');

  expect((await Promise.all(polls)).map(([message]) => message?.Body)).toEqual(['a', 'b']);
});

test('message attributes come back where they are asked for, by name or prefix', async () => {
  const queue = startQueue({ VisibilityTimeout: 0 });
  const attributes = {
    'trace.id': { DataType: 'String', StringValue: 'abc' },
    count: { DataType: 'Number', StringValue: '3' },
    bytes: { DataType: 'Binary', BinaryValue: 'AQID' },
  };
  await queue.send('hello', { MessageAttributes: attributes });

  const ask = async (names: readonly string[]): Promise<unknown> =>
    (await queue.receive({ MessageAttributeNames: names }))[0]?.MessageAttributes;
  expect(await ask([])).toBeUndefined();
  expect(await ask(['All'])).toEqual(attributes);
  expect(await ask(['count', 'trace.*'])).toEqual({ 'trace.id': attributes['trace.id'], count: attributes.count });
});

test.each([
  ['an empty body', { MessageBody: '' }, 'MissingParameter'],
  ['a control character', { MessageBody: 'a\u0000b' }, 'InvalidMessageContents'],
  ['half a surrogate pair', { MessageBody: 'a\ud83db' }, 'InvalidMessageContents'],
  ['more than 1 MiB', { MessageBody: 'x'.repeat(1024 * 1024 + 1) }, 'InvalidParameterValue'],
  [
    'more than 1 MiB with its attributes',
    { MessageBody: 'x'.repeat(1024 * 1024), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
    'InvalidParameterValue',
  ],
  ['an attribute of no type', { MessageBody: 'x', MessageAttributes: { a: { StringValue: 'b' } } }, 'InvalidParameterValue'],
  [
    'an attribute named as AWS’s',
    { MessageBody: 'x', MessageAttributes: { 'aws.a': { DataType: 'String', StringValue: 'b' } } },
    'InvalidParameterValue',
  ],
  [
    'a number that is none',
    { MessageBody: 'x', MessageAttributes: { a: { DataType: 'Number', StringValue: 'b' } } },
    'InvalidParameterValue',
  ],
])('%s is refused', async (_what, input, code) => {
  const queue = startQueue();

  await expect(queue.call('SendMessage', input)).rejects.toMatchObject({ code });
  expect(queue.sqs.inspect(queue.arn).messages).toBe(0);
});

test('emoji and exactly 1 MiB are accepted', async () => {
  const queue = startQueue();
  await queue.send('🎉');
  await queue.send('x'.repeat(1024 * 1024));

  expect(await queue.receive()).toHaveLength(2);
});

test('one bad entry of a batch fails alone', async () => {
  const queue = startQueue();

  const reply = await queue.call('SendMessageBatch', {
    Entries: [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: '\u0001' },
    ],
  });

  expect(reply).toMatchObject({
    Successful: [{ Id: 'good', MessageId: expect.any(String) }],
    Failed: [{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }],
  });
  expect(queue.sqs.inspect(queue.arn).visible).toBe(1);
});

test.each([
  ['no entries', [], 'EmptyBatchRequest'],
  ['eleven entries', Array.from({ length: 11 }, (_, i) => ({ Id: `i${i}`, MessageBody: 'x' })), 'TooManyEntriesInBatchRequest'],
  [
    'a repeated id',
    [
      { Id: 'a', MessageBody: 'x' },
      { Id: 'a', MessageBody: 'y' },
    ],
    'BatchEntryIdsNotDistinct',
  ],
  ['an id with a space', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
  ['more than 1 MiB together', ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600 * 1024) })), 'BatchRequestTooLong'],
])('a batch with %s is refused as a whole', async (_what, Entries, code) => {
  const queue = startQueue();

  await expect(queue.call('SendMessageBatch', { Entries })).rejects.toMatchObject({ code });
  expect(queue.sqs.inspect(queue.arn).messages).toBe(0);
});

test('batches delete and change visibility entry by entry', async () => {
  const queue = startQueue();
  await queue.send('a');
  await queue.send('b');
  const [a, b] = await queue.receive();

  const changed = await queue.call('ChangeMessageVisibilityBatch', {
    Entries: [
      { Id: '1', ReceiptHandle: a?.ReceiptHandle, VisibilityTimeout: 0 },
      { Id: '2', ReceiptHandle: 'made-up', VisibilityTimeout: 0 },
    ],
  });
  const deleted = await queue.call('DeleteMessageBatch', { Entries: [{ Id: '1', ReceiptHandle: b?.ReceiptHandle }] });

  expect(changed).toMatchObject({ Successful: [{ Id: '1' }], Failed: [{ Id: '2', Code: 'ReceiptHandleIsInvalid' }] });
  expect(deleted).toEqual({ Successful: [{ Id: '1' }] });
  expect(queue.sqs.inspect(queue.arn)).toEqual({ visible: 1, delayed: 0, inFlight: 0, messages: 1 });
});

test('dead letters are moved back to where they came from, as new messages', async () => {
  const queue = startQueue({ VisibilityTimeout: 1 }, withDeadLetters(1));
  await queue.send('poison');
  const [first] = await queue.receive();
  await queue.clock.advance(1000);
  await queue.receive();

  await queue.call('StartMessageMoveTask', { SourceArn: deadArn });

  const tasks = await queue.call('ListMessageMoveTasks', { SourceArn: deadArn });
  expect(tasks).toMatchObject({ Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, SourceArn: deadArn }] });
  const [moved] = await queue.receive({ MessageSystemAttributeNames: ['All'] });
  expect(moved).toMatchObject({
    Body: 'poison',
    Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(start + 1000) },
  });
  expect(moved?.MessageId).not.toBe(first?.MessageId);
});

test('a move keeps to the rate that was asked for', async () => {
  const queue = startQueue({}, withDeadLetters(1));
  for (const body of ['a', 'b', 'c']) await queue.send(body, { QueueUrl: deadUrl });

  await queue.call('StartMessageMoveTask', { SourceArn: deadArn, DestinationArn: queue.arn, MaxNumberOfMessagesPerSecond: 2 });

  expect(queue.sqs.inspect(queue.arn).visible).toBe(2);
  await queue.clock.advance(1000);
  expect(queue.sqs.inspect(queue.arn).visible).toBe(3);
});

test('a move of a message whose source is not known fails and keeps it', async () => {
  const queue = startQueue({}, withDeadLetters(1));
  await queue.send('sent straight here', { QueueUrl: deadUrl });

  await queue.call('StartMessageMoveTask', { SourceArn: deadArn });

  expect(await queue.call('ListMessageMoveTasks', { SourceArn: deadArn })).toMatchObject({
    Results: [{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }],
  });
  expect(queue.sqs.inspect(deadArn).visible).toBe(1);
});

test('only a dead-letter queue can be the source of a move', async () => {
  const queue = startQueue();

  await expect(queue.call('StartMessageMoveTask', { SourceArn: queue.arn })).rejects.toMatchObject({
    code: 'InvalidParameterValue',
  });
});

test('a purge empties the queue and is allowed once a minute', async () => {
  const queue = startQueue();
  await queue.send('a');
  await queue.send('b', { DelaySeconds: 10 });

  await queue.call('PurgeQueue', {});

  expect(queue.sqs.inspect(queue.arn).messages).toBe(0);
  await expect(queue.call('PurgeQueue', {})).rejects.toMatchObject({ code: 'PurgeQueueInProgress' });
  await queue.clock.advance(60_000);
  await queue.call('PurgeQueue', {});
});

test('a queue describes itself with its settings and depths', async () => {
  const queue = startQueue({ VisibilityTimeout: 120, SqsManagedSseEnabled: true }, withDeadLetters(5));
  await queue.send('a');

  const { Attributes } = await queue.call('GetQueueAttributes', { AttributeNames: ['All'] });

  expect(Attributes).toMatchObject({
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: '1',
    VisibilityTimeout: '120',
    MaximumMessageSize: '1048576',
    SqsManagedSseEnabled: 'true',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 5 }),
  });
  expect(await queue.call('ListDeadLetterSourceQueues', { QueueUrl: deadUrl })).toEqual({ queueUrls: [queue.url] });
  expect(await queue.call('GetQueueUrl', { QueueName: 'tickets' })).toEqual({ QueueUrl: queue.url });
  expect(await queue.call('ListQueues', { QueueNamePrefix: 'tick' })).toEqual({ QueueUrls: [queue.url] });
});

test('a queue that is not there is refused, as is another account’s', async () => {
  const queue = startQueue();

  for (const QueueUrl of ['http://127.0.0.1:1/000000000000/gone', 'http://127.0.0.1:1/111111111111/tickets']) {
    await expect(queue.call('SendMessage', { QueueUrl, MessageBody: 'x' })).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
  }
});

test('FIFO queues, unknown properties and values out of bounds are refused by name', () => {
  expect(() => startQueue({ FifoQueue: true })).toThrow('FIFO');
  expect(() => startQueue({ Colour: 'red' })).toThrow('Colour');
  expect(() => startQueue({ VisibilityTimeout: 43_201 })).toThrow('VisibilityTimeout');
});

test('a backlog of 20,000 messages is received as fast as a short queue', async () => {
  const queue = startQueue();
  for (let i = 0; i < 20_000; i += 1) await queue.send(`m${i}`);
  const bodies = new Set<string>();
  const startedAt = performance.now();
  for (let batch = await queue.receive(); batch.length > 0; batch = await queue.receive()) {
    for (const message of batch) bodies.add(message.Body);
    await queue.call('DeleteMessageBatch', {
      Entries: batch.map((message, i) => ({ Id: String(i), ReceiptHandle: message.ReceiptHandle })),
    });
  }

  expect(bodies.size).toBe(20_000);
  // A scan of the backlog a receive would take minutes; 5,000 a second is the floor that the journey needs.
  expect(20_000 / ((performance.now() - startedAt) / 1000)).toBeGreaterThan(5000);
});
