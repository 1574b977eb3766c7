import { describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { NOTES, NOW_MS, THINGS } from './dynamodb-fixture.ts';

const caller = { name: 'tester', principal: 'arn:aws:iam::000000000000:user/tester' };
const units = (read: number, write: number) => ({ ReadCapacityUnits: read, WriteCapacityUnits: write });

/** Things with 5 read and 10 write units a second, and notes whose index by topic has one write unit. */
const startProvisioned = () => {
  const clock = startSteppedClock(NOW_MS);
  const engine = createDynamoDb({ clock, region: 'eu-central-1', accountId: '000000000000' });
  const things = { ...THINGS, BillingMode: 'PROVISIONED', ProvisionedThroughput: units(5, 10) };
  engine.createTable({ name: 'things', properties: things });
  const [byTopic] = NOTES.GlobalSecondaryIndexes;
  engine.createTable({
    name: 'notes',
    properties: {
      ...NOTES,
      BillingMode: undefined,
      ProvisionedThroughput: units(100, 100),
      GlobalSecondaryIndexes: [{ ...byTopic, ProvisionedThroughput: units(1, 1) }],
    },
  });
  const send = (action: string, input: Readonly<Record<string, unknown>>) =>
    engine.call({ caller, service: 'dynamodb', action, input });
  const put = (id: string, more: Readonly<Record<string, unknown>> = {}) =>
    send('PutItem', { TableName: 'things', Item: { id: { S: id }, ...more } });
  const get = (id: string) => send('GetItem', { TableName: 'things', Key: { id: { S: id } }, ConsistentRead: true });
  const putUntilThrottled = async (): Promise<number> => {
    for (let written = 0; ; written++) {
      try {
        await put(`thing-${written}`);
      } catch {
        return written;
      }
    }
  };
  return { clock, send, put, get, putUntilThrottled };
};

const exceeded = (reason: string, resource: string) => ({
  code: 'ProvisionedThroughputExceededException',
  members: { throttlingReasons: [{ reason, resource: `arn:aws:dynamodb:eu-central-1:000000000000:table/${resource}` }] },
});

describe('a table with provisioned throughput', () => {
  test('is throttled where a second brings no more, and changes nothing then', async () => {
    const { put, get, putUntilThrottled } = startProvisioned();
    expect(await putUntilThrottled()).toBe(10);
    await expect(put('late')).rejects.toMatchObject(exceeded('TableWriteProvisionedThroughputExceeded', 'things'));
    expect(await get('late')).toEqual({});
  });

  test('keeps what it does not use for five minutes of the clock, and no longer', async () => {
    const { clock, putUntilThrottled } = startProvisioned();
    await putUntilThrottled();
    await clock.advance(20_000);
    expect(await putUntilThrottled()).toBe(200);
    await clock.advance(3_600_000);
    expect(await putUntilThrottled()).toBe(3_000);
  });

  test('counts reads by themselves, half where they need not be consistent, and by size', async () => {
    const { clock, send, put, get } = startProvisioned();
    await put('large', { text: { S: 'x'.repeat(9 * 1024) } });
    for (let read = 0; read < 10; read++) await send('GetItem', { TableName: 'things', Key: { id: { S: 'none' } } });
    await expect(get('large')).rejects.toMatchObject(exceeded('TableReadProvisionedThroughputExceeded', 'things'));
    await clock.advance(1_000);
    // Three units each: the second takes one more than there are, and owes it.
    await get('large');
    await get('large');
    await clock.advance(200);
    await expect(get('none')).rejects.toMatchObject({ code: 'ProvisionedThroughputExceededException' });
    await expect(send('Scan', { TableName: 'things' })).rejects.toMatchObject({ code: 'ProvisionedThroughputExceededException' });
    await clock.advance(200);
    await get('none');
  });

  test('refuses a write that an index has no capacity for, and one without the index’s keys goes through', async () => {
    const { send } = startProvisioned();
    const note = (number: number, more: object) =>
      send('PutItem', { TableName: 'notes', Item: { author: { S: 'a' }, number: { N: `${number}` }, ...more } });
    await note(1, { topic: { S: 't' } });
    await expect(note(2, { topic: { S: 't' } })).rejects.toMatchObject(
      exceeded('IndexWriteProvisionedThroughputExceeded', 'notes/index/by-topic'),
    );
    await note(3, {});
    const read = await send('Scan', { TableName: 'notes' });
    expect((read['Items'] as readonly { readonly number: unknown }[]).map(({ number }) => number)).toEqual([
      { N: '1' },
      { N: '3' },
    ]);
  });

  test('leaves what a batch finds no capacity for to be sent again, and refuses a batch of which nothing goes through', async () => {
    const { clock, send, putUntilThrottled } = startProvisioned();
    await putUntilThrottled();
    await clock.advance(300);
    const requests = Array.from({ length: 5 }, (_, n) => ({ PutRequest: { Item: { id: { S: `batch-${n}` } } } }));
    const batch = { RequestItems: { things: requests } };
    expect(await send('BatchWriteItem', batch)).toEqual({ UnprocessedItems: { things: requests.slice(3) } });
    await expect(send('BatchWriteItem', batch)).rejects.toMatchObject({ code: 'ProvisionedThroughputExceededException' });
    const keys = Array.from({ length: 11 }, (_, n) => ({ id: { S: `none-${n}` } }));
    expect(await send('BatchGetItem', { RequestItems: { things: { Keys: keys } } })).toEqual({
      Responses: { things: [] },
      UnprocessedKeys: { things: { Keys: keys.slice(10) } },
    });
  });

  test('cancels a transaction as a whole', async () => {
    const { clock, send, get, putUntilThrottled } = startProvisioned();
    await putUntilThrottled();
    const write = (id: string, table = 'things') => ({ Put: { TableName: table, Item: { id: { S: id } } } });
    await expect(send('TransactWriteItems', { TransactItems: [write('one'), write('two')] })).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      members: { CancellationReasons: [{ Code: 'ProvisionedThroughputExceeded' }, { Code: 'ProvisionedThroughputExceeded' }] },
    });
    expect(await get('one')).toEqual({});
    await clock.advance(1_000);
    await send('TransactWriteItems', { TransactItems: [write('one'), write('two')] });
    expect(await get('one')).toEqual({ Item: { id: { S: 'one' } } });
  });

  test('is described with its units', async () => {
    const { send } = startProvisioned();
    const { Table } = (await send('DescribeTable', { TableName: 'notes' })) as { Table: Readonly<Record<string, unknown>> };
    expect(Table).toMatchObject({
      ProvisionedThroughput: units(100, 100),
      GlobalSecondaryIndexes: [{ IndexName: 'by-topic', ProvisionedThroughput: units(1, 1) }],
    });
    expect(Table['BillingModeSummary']).toBeUndefined();
  });
});
