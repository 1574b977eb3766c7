import { beforeEach, describe, expect, test } from 'vitest';
import { type Attributes, type Database, NOTES, startDatabase } from './dynamodb-fixture.ts';

let database: Database;
const send: Database['send'] = (action, input) => database.send(action, input);
const note = (author: string, number: number, more: Record<string, unknown> = {}) =>
  send('PutItem', { TableName: 'notes', Item: { author: { S: author }, number: { N: String(number) }, ...more } });

const query = (condition: string, values: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  send('Query', {
    TableName: 'notes',
    KeyConditionExpression: condition,
    ExpressionAttributeValues: values,
    ...(condition.includes('#n') ? { ExpressionAttributeNames: { '#n': 'number' } } : {}),
    ...more,
  });
const numbers = (items: readonly Attributes[] | undefined): readonly unknown[] =>
  (items ?? []).map((item) => item['number']?.['N']);

beforeEach(async () => {
  database = startDatabase();
  for (const number of [10, 9, -1, 2.5, -10]) await note('ann', number, { topic: { S: number > 5 ? 'high' : 'low' } });
  await note('bob', 1, { topic: { S: 'low' }, text: { S: 'hi' } });
});

describe('a query', () => {
  test('reads one partition in numeric order of its sort key, either way', async () => {
    const up = await query('author = :a', { ':a': { S: 'ann' } });
    expect(numbers(up.Items)).toEqual(['-10', '-1', '2.5', '9', '10']);
    const down = await query('author = :a', { ':a': { S: 'ann' } }, { ScanIndexForward: false });
    expect(numbers(down.Items)).toEqual(['10', '9', '2.5', '-1', '-10']);
    expect(await query('author = :a', { ':a': { S: 'nobody' } })).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  test.each([
    ['author = :a AND #n > :n', ['9', '10']],
    ['author = :a AND #n >= :n', ['2.5', '9', '10']],
    ['author = :a AND #n < :n', ['-10', '-1']],
    ['(author = :a) AND (#n <= :n)', ['-10', '-1', '2.5']],
    ['#n = :n AND author = :a', ['2.5']],
    ['author = :a AND :n < #n', ['9', '10']],
  ])('with %s reads that range', async (condition, expected) => {
    const values = { ':a': { S: 'ann' }, ':n': { N: '2.50' } };
    expect(numbers((await query(condition, values)).Items)).toEqual(expected);
  });

  test('pages by limit, counting what the filter drops, until there is no further key', async () => {
    const seen: unknown[] = [];
    let start: unknown;
    let pages = 0;
    do {
      const page = await query(
        'author = :a',
        { ':a': { S: 'ann' }, ':t': { S: 'low' } },
        { Limit: 2, FilterExpression: 'topic = :t', ...(start ? { ExclusiveStartKey: start } : {}) },
      );
      seen.push(...numbers(page.Items));
      start = page.LastEvaluatedKey;
      pages++;
    } while (start);
    expect(seen).toEqual(['-10', '-1', '2.5']);
    expect(pages).toBe(3);
  });

  test('a page ends at 1 MB', async () => {
    for (let number = 100; number < 108; number++) await note('cat', number, { text: { S: 'x'.repeat(200_000) } });
    const first = await query('author = :a', { ':a': { S: 'cat' } });
    expect(first.Count).toBe(6);
    expect(first.LastEvaluatedKey).toEqual({ author: { S: 'cat' }, number: { N: '105' } });
    const second = await query('author = :a', { ':a': { S: 'cat' } }, { ExclusiveStartKey: first.LastEvaluatedKey });
    expect(second.Count).toBe(2);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });

  test('a global index follows its items: sparse, moved by updates, gone with deletions', async () => {
    const onTopic = async (topic: string) =>
      numbers((await query('topic = :t', { ':t': { S: topic } }, { IndexName: 'by-topic' })).Items);
    expect(await onTopic('low')).toEqual(['-10', '-1', '1', '2.5']);
    const key = { TableName: 'notes', Key: { author: { S: 'ann' }, number: { N: '-1' } } };
    await send('UpdateItem', { ...key, UpdateExpression: 'SET topic = :t', ExpressionAttributeValues: { ':t': { S: 'high' } } });
    expect(await onTopic('low')).toEqual(['-10', '1', '2.5']);
    expect(await onTopic('high')).toEqual(['-1', '9', '10']);
    await send('UpdateItem', { ...key, UpdateExpression: 'REMOVE topic' });
    await send('DeleteItem', { TableName: 'notes', Key: { author: { S: 'bob' }, number: { N: '1' } } });
    expect(await onTopic('high')).toEqual(['9', '10']);
    expect(await onTopic('low')).toEqual(['-10', '2.5']);
  });

  test('pages through an index where many items share its key', async () => {
    for (let at = 0; at < 7; at++) await note(`author-${at}`, 5, { topic: { S: 'same' } });
    const authors: string[] = [];
    let start: unknown;
    do {
      const page = await query(
        'topic = :t',
        { ':t': { S: 'same' } },
        { IndexName: 'by-topic', Limit: 2, ExclusiveStartKey: start },
      );
      authors.push(...(page.Items ?? []).map((item) => String(item['author']?.['S'])));
      start = page.LastEvaluatedKey;
    } while (start);
    expect(authors.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `author-${at}`));
  });

  test('counts without items, and projects nested paths', async () => {
    await note('ann', 3, { m: { M: { a: { S: 'A' }, b: { L: [{ N: '0' }, { N: '1' }] } } } });
    expect(await query('author = :a', { ':a': { S: 'ann' } }, { Select: 'COUNT' })).toEqual({ Count: 6, ScannedCount: 6 });
    const projected = await query(
      'author = :a AND #n = :n',
      { ':a': { S: 'ann' }, ':n': { N: '3' } },
      {
        ProjectionExpression: 'm.b[1], absent',
      },
    );
    expect(projected.Items).toEqual([{ m: { M: { b: { L: [{ N: '1' }] } } } }]);
  });

  test.each([
    ['#n = :n', {}, 'Query condition missed key schema element: author'],
    ['author = :a AND topic = :n', {}, 'Query condition missed key schema element: number'],
    ['author > :a AND #n = :n', {}, 'Query key condition not supported'],
    ['author = :a OR #n = :n', {}, 'Invalid operator used in KeyConditionExpression: OR'],
    [
      'author = :n AND #n = :a',
      {},
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    ['author = :a AND begins_with(#n, :n)', {}, /operator or function: begins_with, operand type: N/],
    [
      'author = :a AND #n = :n',
      { FilterExpression: '#n = :n' },
      /^Filter Expression can only contain non-primary key attributes/,
    ],
    ['author = :a AND #n = :n', { IndexName: 'by-colour' }, 'The table does not have the specified index: by-colour'],
    [
      'topic = :a AND #n = :n',
      { IndexName: 'by-topic', ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    ['author = :a AND #n = :n', { ExclusiveStartKey: { author: { S: 'ann' } } }, /^The provided starting key is invalid/],
    [
      'author = :a AND #n = :n',
      { ExclusiveStartKey: { author: { S: 'ann' }, number: { N: '99' } } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
  ])('with %s and %o is refused', async (condition, more, message) => {
    const values = Object.fromEntries(
      Object.entries({ ':a': { S: 'ann' }, ':n': { N: '1' } }).filter(([name]) => condition.includes(name)),
    );
    const refused = query(condition, values, more);
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(refused).rejects.toThrow(message);
  });
});

describe('a scan', () => {
  test('goes on after its key even if that item is gone', async () => {
    const seen: string[] = [];
    let start: unknown;
    do {
      const page = await send('Scan', { TableName: 'notes', Limit: 1, ExclusiveStartKey: start });
      for (const item of page.Items ?? []) {
        seen.push(String(item['number']?.['N']));
        await send('DeleteItem', { TableName: 'notes', Key: { author: item['author'], number: item['number'] } });
      }
      start = page.LastEvaluatedKey;
    } while (start);
    expect(seen.toSorted()).toEqual(['-1', '-10', '1', '10', '2.5', '9']);
  });

  test('in segments reads every item once', async () => {
    for (let at = 0; at < 50; at++) await note(`author-${at}`, at);
    const parts = await Promise.all([0, 1, 2].map((Segment) => send('Scan', { TableName: 'notes', Segment, TotalSegments: 3 })));
    expect(parts.reduce((total, { Count }) => total + (Count ?? 0), 0)).toBe(56);
    expect(parts.every(({ Count }) => (Count ?? 0) > 5)).toBe(true);
    expect(new Set(parts.flatMap(({ Items }) => (Items ?? []).map((item) => JSON.stringify(item)))).size).toBe(56);
  });
});

describe('capacity', () => {
  test('writes cost a unit a started KB, for the larger of old and new, and for each index that changes', async () => {
    const capacity = async (text: number, topic?: string) => {
      const { ConsumedCapacity: consumed } = await send('PutItem', {
        TableName: 'notes',
        Item: {
          author: { S: 'cap' },
          number: { N: '1' },
          text: { S: 'x'.repeat(text) },
          ...(topic ? { topic: { S: topic } } : {}),
        },
        ReturnConsumedCapacity: 'INDEXES',
      });
      return consumed;
    };
    const index = (units: number) => ({ GlobalSecondaryIndexes: { 'by-topic': { CapacityUnits: units } } });
    expect(await capacity(2500)).toEqual({ TableName: 'notes', CapacityUnits: 3, Table: { CapacityUnits: 3 } });
    expect(await capacity(10, 'a')).toEqual({ TableName: 'notes', CapacityUnits: 4, Table: { CapacityUnits: 3 }, ...index(1) });
    expect(await capacity(10, 'a')).toEqual({ TableName: 'notes', CapacityUnits: 1, Table: { CapacityUnits: 1 } });
    expect(await capacity(10, 'b')).toEqual({ TableName: 'notes', CapacityUnits: 3, Table: { CapacityUnits: 1 }, ...index(2) });
    expect(await capacity(1500, 'b')).toEqual({ TableName: 'notes', CapacityUnits: 4, Table: { CapacityUnits: 2 }, ...index(2) });
  });

  test('reads cost a unit for 4 KB, half if eventually consistent; a query rounds its sum', async () => {
    await note('cap', 1, { text: { S: 'x'.repeat(5000) } });
    await note('cap', 2, { text: { S: 'x'.repeat(10) } });
    const Key = { author: { S: 'cap' }, number: { N: '1' } };
    const read = async (more: Record<string, unknown>) =>
      (await send('GetItem', { TableName: 'notes', Key, ReturnConsumedCapacity: 'TOTAL', ...more })).ConsumedCapacity;
    expect(await read({})).toEqual({ TableName: 'notes', CapacityUnits: 1 });
    expect(await read({ ConsistentRead: true })).toEqual({ TableName: 'notes', CapacityUnits: 2 });
    const both = await query('author = :a', { ':a': { S: 'cap' } }, { ReturnConsumedCapacity: 'TOTAL' });
    expect(both.ConsumedCapacity).toEqual({ TableName: 'notes', CapacityUnits: 1 });
  });

  test('running totals count every call, a failed condition too', async () => {
    const before = database.engine.units().get('things') ?? { read: 0, write: 0 };
    const Item = { id: { S: 'a' }, text: { S: 'x'.repeat(3000) } };
    await send('PutItem', { TableName: 'things', Item });
    await send('PutItem', { TableName: 'things', Item, ConditionExpression: 'attribute_not_exists(id)' }).catch(() => undefined);
    await send('GetItem', { TableName: 'things', Key: { id: { S: 'nobody' } } });
    expect(database.engine.units().get('things')).toEqual({ read: before.read + 0.5, write: before.write + 6 });
  });
});

describe('local indexes', () => {
  test('fetch what they do not project from the table, and charge for it', async () => {
    database.engine.createTable({
      name: 'local-notes',
      properties: {
        ...NOTES,
        GlobalSecondaryIndexes: undefined,
        LocalSecondaryIndexes: [
          {
            IndexName: 'topics',
            KeySchema: [
              { AttributeName: 'author', KeyType: 'HASH' },
              { AttributeName: 'topic', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      },
    });
    const keys = { author: { S: 'a' }, number: { N: '1' }, topic: { S: 'x' } };
    const Item = { ...keys, text: { S: 'y'.repeat(5000) } };
    await send('PutItem', { TableName: 'local-notes', Item });
    const read = (more: Record<string, unknown>) =>
      send('Query', {
        TableName: 'local-notes',
        IndexName: 'topics',
        KeyConditionExpression: 'author = :a AND begins_with(topic, :t)',
        ExpressionAttributeValues: { ':a': { S: 'a' }, ':t': { S: 'x' } },
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
        ...more,
      });
    expect(await read({})).toMatchObject({ Items: [keys], ConsumedCapacity: { CapacityUnits: 1 } });
    expect(await read({ Select: 'ALL_ATTRIBUTES' })).toMatchObject({ Items: [Item], ConsumedCapacity: { CapacityUnits: 3 } });
  });
});
