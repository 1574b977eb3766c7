import { expect, test } from 'vitest';
import { start, caller, startQueue } from './sqs-fixture.ts';

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

test('messages older than the retention period are gone', async () => {
  const queue = startQueue({ MessageRetentionPeriod: 60 });
  await queue.send('old');
  await queue.clock.advance(30_000);
  await queue.send('new');
  await queue.clock.advance(30_000);

  expect(queue.sqs.inspect(queue.arn).messages).toBe(1);
  expect((await queue.receive()).map(({ Body }) => Body)).toEqual(['new']);
});
