import { expect, test } from 'vitest';
import { start, startQueue, withDeadLetters, deadUrl, deadArn } from './sqs-fixture.ts';

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
