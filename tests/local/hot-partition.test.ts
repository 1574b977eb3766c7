import { expect, test } from 'vitest';
import { createFaults } from '../../local/faults/faults.ts';
import { startDatabase } from './dynamodb-fixture.ts';

const tester = { name: 'tester', principal: 'p' };

/** The table of things, where a key may be written ten times a second and read twice. */
const startHot = () => {
  const { clock, engine } = startDatabase();
  const faults = createFaults({
    killFunction: () => Promise.resolve(),
    crashContainer: () => Promise.resolve(),
    partitionsOf: (call) => engine.partitionsOf(call),
    clock,
    knownNames: () => ({ actions: new Map(), callers: new Set() }),
  });
  faults.add({ resource: 'things', fault: { kind: 'hot-partition', writeUnits: 10, readUnits: 2 } });
  const send = (action: string, input: Readonly<Record<string, unknown>>) =>
    faults.around({ caller: tester, service: 'dynamodb', action, input }, (call) => engine.call(call));
  const put = (id: string, more: Readonly<Record<string, unknown>> = {}) =>
    send('PutItem', { TableName: 'things', Item: { id: { S: id }, ...more } });
  const putTimes = async (id: string, times: number) => {
    for (let written = 0; written < times; written++) await put(id);
  };
  return { clock, faults, send, put, putTimes };
};

test('a partition key over its budget is throttled, others are not, and nothing is written', async () => {
  const { faults, send, put, putTimes } = startHot();
  await putTimes('hot', 10);
  await expect(put('hot', { late: { BOOL: true } })).rejects.toMatchObject({
    code: 'ThrottlingException',
    members: { throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'things' }] },
  });
  await put('cold');
  expect(await send('GetItem', { TableName: 'things', Key: { id: { S: 'hot' } } })).toEqual({ Item: { id: { S: 'hot' } } });
  expect(faults.counts()).toEqual([
    { kind: 'hot-partition', service: 'dynamodb', action: 'PutItem', caller: 'tester', count: 1 },
  ]);
});

test('the clock refills the budget', async () => {
  const { clock, put, putTimes } = startHot();
  await putTimes('hot', 10);
  await clock.advance(500);
  await putTimes('hot', 5);
  await expect(put('hot')).rejects.toMatchObject({ code: 'ThrottlingException' });
});

test('a large write uses more, and what it took too much is owed', async () => {
  const { clock, put } = startHot();
  await put('hot', { text: { S: 'x'.repeat(30 * 1024) } });
  await clock.advance(1000);
  await expect(put('hot')).rejects.toMatchObject({ code: 'ThrottlingException' });
  await clock.advance(2000);
  await put('hot');
});

test('reads have a budget of their own, whatever asks', async () => {
  const { send } = startHot();
  const query = {
    TableName: 'things',
    KeyConditionExpression: '#id = :id',
    ExpressionAttributeNames: { '#id': 'id' },
    ExpressionAttributeValues: { ':id': { S: 'hot' } },
  };
  await send('Query', query);
  await send('BatchGetItem', { RequestItems: { things: { Keys: [{ id: { S: 'hot' } }] } } });
  await expect(send('GetItem', { TableName: 'things', Key: { id: { S: 'hot' } } })).rejects.toMatchObject({
    members: { throttlingReasons: [{ reason: 'TableReadKeyRangeThroughputExceeded' }] },
  });
});

test('a transaction costs twice and takes effect as a whole or not at all', async () => {
  const { send } = startHot();
  const write = (id: string) => ({ Put: { TableName: 'things', Item: { id: { S: id } } } });
  for (let round = 0; round < 5; round++)
    await send('TransactWriteItems', { TransactItems: [write('hot'), write(`other-${round}`)] });
  await expect(send('TransactWriteItems', { TransactItems: [write('hot'), write('new')] })).rejects.toMatchObject({
    code: 'ThrottlingException',
  });
  expect(await send('GetItem', { TableName: 'things', Key: { id: { S: 'new' } } })).toEqual({});
});
