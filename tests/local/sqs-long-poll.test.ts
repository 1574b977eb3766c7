import { expect, test } from 'vitest';
import { startQueue } from './sqs-fixture.ts';

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
