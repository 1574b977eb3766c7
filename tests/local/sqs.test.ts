import { expect, test } from 'vitest';
import { startQueue, withDeadLetters, deadUrl, deadArn } from './sqs-fixture.ts';

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
