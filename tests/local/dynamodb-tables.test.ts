import { beforeEach, describe, expect, test } from 'vitest';
import { type Attributes, type Database, NOTES, NOW_MS, startDatabase, THINGS } from './dynamodb-fixture.ts';
import { noOpinion, secondOpinion } from '../support/second-opinion.ts';

let database: Database;
const send: Database['send'] = (action, input) => database.send(action, input);
beforeEach(() => {
  database = startDatabase();
});

describe('time to live', () => {
  const put = (number: number, expires: unknown) =>
    send('PutItem', {
      TableName: 'notes',
      Item: { author: { S: 'a' }, number: { N: String(number) }, topic: { S: 't' }, expires },
    });
  const left = async (IndexName?: string) =>
    ((await send('Scan', { TableName: 'notes', IndexName })).Items ?? []).map((item) => String(item['number']?.['N'])).toSorted();
  const inSeconds = (seconds: number) => ({ N: String(NOW_MS / 1000 + seconds) });

  test('an item is deleted, from its indexes too, within a minute after its time', async () => {
    await put(1, inSeconds(90));
    await put(2, inSeconds(3600));
    await database.clock.advance(89_000);
    expect(await left()).toEqual(['1', '2']);
    await database.clock.advance(61_000);
    expect(await left()).toEqual(['2']);
    expect(await left('by-topic')).toEqual(['2']);
    await database.clock.advance(3_600_000);
    expect(await left()).toEqual([]);
  });

  test('an item that got a later time, or none, stays', async () => {
    await put(1, inSeconds(60));
    await put(1, inSeconds(6000));
    await put(2, inSeconds(60));
    await put(2, { S: 'never' });
    await database.clock.advance(600_000);
    expect(await left()).toEqual(['1', '2']);
  });

  test('a time already past deletes; more than five years past, or milliseconds, do not', async () => {
    await put(1, inSeconds(-10));
    await put(2, inSeconds(-6 * 365 * 86_400));
    await put(3, { N: String(NOW_MS + 1000) });
    await database.clock.advance(60_000);
    expect(await left()).toEqual(['2', '3']);
  });

  test('a deletion by time to live consumes no write units', async () => {
    await put(1, inSeconds(10));
    const before = database.engine.units().get('notes')?.write;
    await database.clock.advance(120_000);
    expect(database.engine.units().get('notes')?.write).toBe(before);
  });
});

describe('batches', () => {
  const id = (value: string) => ({ id: { S: value } });
  const putRequest = (value: string) => ({ PutRequest: { Item: id(value) } });

  test('write and read several items of several tables', async () => {
    const noted = { author: { S: 'a' }, number: { N: '1' } };
    await send('BatchWriteItem', {
      RequestItems: { things: [putRequest('a'), putRequest('b')], notes: [{ PutRequest: { Item: noted } }] },
    });
    await send('BatchWriteItem', { RequestItems: { things: [{ DeleteRequest: { Key: id('b') } }] } });
    expect(
      await send('BatchGetItem', { RequestItems: { things: { Keys: [id('a'), id('b')] }, notes: { Keys: [noted] } } }),
    ).toEqual({ Responses: { things: [id('a')], notes: [noted] }, UnprocessedKeys: {} });
  });

  test('over 25 writes, over 100 reads, or the same key twice are refused', async () => {
    const many = Array.from({ length: 26 }, (_, at) => putRequest(`k${at}`));
    await expect(send('BatchWriteItem', { RequestItems: { things: many } })).rejects.toThrow('Too many items requested');
    const keys = Array.from({ length: 101 }, (_, at) => id(`k${at}`));
    await expect(send('BatchGetItem', { RequestItems: { things: { Keys: keys } } })).rejects.toThrow('Too many items requested');
    const twice = 'Provided list of item keys contains duplicates';
    await expect(send('BatchWriteItem', { RequestItems: { things: [putRequest('a'), putRequest('a')] } })).rejects.toThrow(twice);
    await expect(send('BatchGetItem', { RequestItems: { things: { Keys: [id('a'), id('a')] } } })).rejects.toThrow(twice);
  });

  test('16 MB are returned at most, the rest as unprocessed keys', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => id(`k${at}`));
    const asked = { things: { Keys: keys } };
    for (const key of keys) await send('PutItem', { TableName: 'things', Item: { ...key, text: { S: 'x'.repeat(400_000) } } });
    const { Responses, UnprocessedKeys } = await send('BatchGetItem', { RequestItems: asked });
    const found = (Responses as Record<string, readonly Attributes[]>)['things'] ?? [];
    expect(found).toHaveLength(41);
    const left = (UnprocessedKeys as typeof asked)['things'].Keys;
    const given = (keys: readonly Attributes[]): readonly string[] => keys.map((key) => String(key['id']?.['S'])).toSorted();
    expect(given([...found, ...left])).toEqual(given(keys));
  });
});

describe('transactions', () => {
  const Put = (id: string, more: Record<string, unknown> = {}) => ({
    Put: { TableName: 'things', Item: { id: { S: id } }, ...more },
  });
  const count = async () => (await send('Scan', { TableName: 'things', Select: 'COUNT' })).Count;

  test('all actions take effect, or none and the reasons say why', async () => {
    await send('TransactWriteItems', { TransactItems: [Put('a'), Put('b')] });
    expect(await count()).toBe(2);
    const refused = send('TransactWriteItems', {
      TransactItems: [
        Put('c'),
        Put('a', { ConditionExpression: 'attribute_not_exists(id)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      ],
    });
    await expect(refused).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      members: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { id: { S: 'a' } } },
        ],
      },
    });
    expect(await count()).toBe(2);
  });

  test('a repeated token changes nothing, with another request it is refused', async () => {
    const add = (amount: string) => ({
      ClientRequestToken: 'token',
      TransactItems: [
        {
          Update: {
            TableName: 'things',
            Key: { id: { S: 'a' } },
            UpdateExpression: 'ADD n :n',
            ExpressionAttributeValues: { ':n': { N: amount } },
          },
        },
      ],
    });
    await send('TransactWriteItems', add('1'));
    await send('TransactWriteItems', add('1'));
    await expect(send('TransactWriteItems', add('2'))).rejects.toMatchObject({ code: 'IdempotentParameterMismatchException' });
    const read = { TransactItems: [{ Get: { TableName: 'things', Key: { id: { S: 'a' } } } }] };
    expect(await send('TransactGetItems', read)).toEqual({ Responses: [{ Item: { id: { S: 'a' }, n: { N: '1' } } }] });
    await database.clock.advance(601_000);
    await send('TransactWriteItems', add('2'));
    expect(await send('TransactGetItems', read)).toEqual({ Responses: [{ Item: { id: { S: 'a' }, n: { N: '3' } } }] });
  });

  test('two actions on one item are refused', async () => {
    await expect(send('TransactWriteItems', { TransactItems: [Put('a'), Put('a')] })).rejects.toThrow(
      'Transaction request cannot include multiple operations on one item',
    );
  });
});

describe('tables', () => {
  const create = (name: string, properties: Record<string, unknown>) => database.engine.createTable({ name, properties });

  test('are described with their keys, indexes and sizes', async () => {
    await send('PutItem', { TableName: 'things', Item: { id: { S: 'abc' } } });
    expect((await send('DescribeTable', { TableName: 'things' }))['Table']).toMatchObject({
      TableArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/things',
      TableStatus: 'ACTIVE',
      ItemCount: 1,
      TableSizeBytes: 5,
    });
    expect(await send('ListTables', { Limit: 1 })).toEqual({ TableNames: ['notes'], LastEvaluatedTableName: 'notes' });
    expect(await send('DescribeTimeToLive', { TableName: 'notes' })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
    const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/things';
    expect((await send('GetItem', { TableName: arn, Key: { id: { S: 'abc' } } })).Item).toEqual({ id: { S: 'abc' } });
  });

  test('an index that projects some attributes returns those, and is refused for others', async () => {
    const [index] = NOTES.GlobalSecondaryIndexes;
    const Projection = { ProjectionType: 'INCLUDE', NonKeyAttributes: ['text'] };
    create('included', { ...NOTES, GlobalSecondaryIndexes: [{ ...index, Projection }] });
    const keys = { author: { S: 'a' }, number: { N: '1' }, topic: { S: 't' } };
    await send('PutItem', { TableName: 'included', Item: { ...keys, text: { S: 'x' }, more: { S: 'y' } } });
    const scan = (more: Record<string, unknown>) => send('Scan', { TableName: 'included', IndexName: 'by-topic', ...more });
    expect((await scan({})).Items).toEqual([{ ...keys, text: { S: 'x' } }]);
    await expect(scan({ ProjectionExpression: 'more' })).rejects.toThrow('does not project [more]');
    await expect(scan({ Select: 'ALL_ATTRIBUTES' })).rejects.toThrow('its projection type is not ALL');
  });

  test.each([
    ['a stream', { ...THINGS, StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }, 'StreamSpecification'],
    ['provisioned throughput without its units', { ...THINGS, BillingMode: undefined }, 'must both be specified'],
    [
      'throughput of a table on demand',
      { ...THINGS, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'when BillingMode is PAY_PER_REQUEST',
    ],
    ['throughput that scales', { ...THINGS, WriteProvisionedThroughputSettings: {} }, 'WriteProvisionedThroughputSettings'],
    ['a second replica', { ...THINGS, Replicas: [{ Region: 'a' }, { Region: 'b' }] }, 'one region'],
    [
      'a replica with a stream',
      { ...THINGS, Replicas: [{ Region: 'a', KinesisStreamSpecification: {} }] },
      'KinesisStreamSpecification',
    ],
    ['an unknown property', { ...THINGS, Colour: 'red' }, 'Colour'],
    ['a key without a type', { ...THINGS, AttributeDefinitions: [] }, 'AttributeDefinitions'],
    [
      'an attribute that is in no key',
      { ...THINGS, AttributeDefinitions: NOTES.AttributeDefinitions.concat(THINGS.AttributeDefinitions) },
      'in no key',
    ],
  ])('%s is refused by name', (_, properties, message) => {
    expect(() => create('another', properties)).toThrow(message);
  });

  test('bad and repeated names are refused', () => {
    expect(() => create('ab', THINGS)).toThrow('between 3 and 255 characters');
    expect(() => create('a b c', THINGS)).toThrow('may contain only');
    expect(() => create('things', THINGS)).toThrow('Table already exists: things');
  });

  test('a wrong type for an index key is refused', async () => {
    const Item = { author: { S: 'a' }, number: { N: '1' }, topic: { N: '1' } };
    await expect(send('PutItem', { TableName: 'notes', Item })).rejects.toThrow(
      'Type mismatch for Index Key topic Expected: S Actual: N IndexName: by-topic',
    );
  });

  test('a simple put takes well under a tenth of a millisecond', async () => {
    if (secondOpinion()) noOpinion('it is about the engine’s own speed');
    const puts = 5000;
    const started = performance.now();
    for (let at = 0; at < puts; at++) {
      await send('PutItem', { TableName: 'things', Item: { id: { S: `k${at}` }, text: { S: 'hello' }, n: { N: '12' } } });
    }
    expect(puts / ((performance.now() - started) / 1000)).toBeGreaterThan(10_000);
  });
});
