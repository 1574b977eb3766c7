import { startSteppedClock } from '../../../local/clock.ts';
import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import type { dynamoDbLimits } from '../../../local/dynamodb/limits.ts';
import type { s3Limits } from '../../../local/s3/limits.ts';
import { checkBodySize } from '../../../local/s3/store.ts';
import { startDatabase, THINGS } from '../dynamodb-fixture.ts';
import { startStorage } from '../s3-fixture.ts';
import type { Proofs } from './proof.ts';
import { place } from './proof.ts';

type Input = Readonly<Record<string, unknown>>;

const text = (length: number): string => 'x'.repeat(Math.max(0, length));
const listOf = <T>(length: number, make: (index: number) => T): readonly T[] => Array.from({ length }, (_, index) => make(index));

/** An item of the table `things` that counts for exactly so many bytes. */
const itemOf = (bytes: number, id = 'a'): Input => ({
  id: { S: id },
  t: { S: text(bytes - 'id'.length - id.length - 't'.length) },
});

const tableOf = (name: string, properties: Input): unknown =>
  createDynamoDb({ clock: startSteppedClock(0), ...place }).createTable({ name, properties: { ...THINGS, ...properties } });

const attribute = (AttributeName: string): Input => ({ AttributeName, AttributeType: 'S' });
const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE'): Input => ({ AttributeName, KeyType });
const indexOf = (index: number, IndexName: string, Projection: Input = { ProjectionType: 'ALL' }): Input => ({
  IndexName,
  KeySchema: [key('id', 'HASH'), key(`k${index}`, 'RANGE')],
  Projection,
});
const indexed = (kind: 'Global' | 'Local', indexes: readonly Input[]): unknown =>
  tableOf('table', {
    AttributeDefinitions: [attribute('id'), attribute('sort'), ...indexes.map((_, index) => attribute(`k${index}`))],
    KeySchema: [key('id', 'HASH'), key('sort', 'RANGE')],
    ...(indexes.length > 0 && { [`${kind}SecondaryIndexes`]: indexes }),
  });

const things = (action: string, input: Input) => startDatabase().send(action, { TableName: 'things', ...input });

const condition = (ConditionExpression: string, more: Input = {}) =>
  things('PutItem', {
    Item: { id: { S: 'a' } },
    ConditionExpression,
    ...(ConditionExpression.includes(':v') && { ExpressionAttributeValues: { ':v': { S: 'x' } } }),
    ...more,
  });

const batchWrite = (count: number) =>
  startDatabase().send('BatchWriteItem', {
    RequestItems: { things: listOf(count, (index) => ({ PutRequest: { Item: { id: { S: `i${index}` } } } })) },
  });

const transact = (items: readonly Input[], more: Input = {}) =>
  startDatabase().send('TransactWriteItems', {
    TransactItems: items.map((Item) => ({ Put: { TableName: 'things', Item } })),
    ...more,
  });

/** Items of so many bytes in all, none over the limit of an item. */
const itemsOf = (bytes: number): readonly Input[] => {
  const whole = Math.floor((bytes - 1000) / 400_000);
  return [...listOf(whole, (index) => itemOf(400_000, `i${index}`)), itemOf(bytes - whole * 400_000, 'last')];
};

const stored = async (items: readonly Input[]) => {
  const { send } = startDatabase();
  for (const Item of [...items, itemOf(100, 'one more')]) await send('PutItem', { TableName: 'things', Item });
  return send;
};

export const dynamoDbProofs: Proofs<typeof dynamoDbLimits> = {
  item: (n) => things('PutItem', { Item: itemOf(n) }),
  hashKey: (n) => things('PutItem', { Item: { id: { S: text(n) } } }),
  sortKey: (n) => sorted(n),
  nesting: (n) => {
    let value: Input = { S: 'x' };
    for (let level = 1; level < n; level++) value = { L: [value] };
    return things('PutItem', { Item: { id: { S: 'a' }, deep: value } });
  },
  attributeName: (n) => things('PutItem', { Item: { id: { S: 'a' }, [text(n)]: { S: 'x' } } }),
  keyName: (n) => tableOf('table', { AttributeDefinitions: [attribute(text(n))], KeySchema: [key(text(n), 'HASH')] }),
  tableName: (n) => tableOf(text(n), {}),
  indexName: (n) => indexed('Global', [indexOf(0, text(n))]),
  globalIndexes: (n) =>
    indexed(
      'Global',
      listOf(n, (index) => indexOf(index, `index-${index}`)),
    ),
  localIndexes: (n) =>
    indexed(
      'Local',
      listOf(n, (index) => indexOf(index, `index-${index}`)),
    ),
  projected: (n) =>
    indexed('Global', [
      indexOf(0, 'one', { ProjectionType: 'INCLUDE', NonKeyAttributes: listOf(20, (index) => `a${index}`) }),
      indexOf(1, 'two', { ProjectionType: 'INCLUDE', NonKeyAttributes: listOf(n - 20, (index) => `b${index}`) }),
    ]),
  // The shortest expression is a path; blanks after it count.
  expression: (n) => things('GetItem', { Key: { id: { S: 'a' } }, ProjectionExpression: 'a'.slice(0, n).padEnd(n) }),
  operators: (n) => {
    const chain = listOf(Math.ceil(n / 2), () => 'nope<>:v').join(' AND ');
    return condition(n % 2 === 0 ? chain.replace('nope<>:v', 'NOT nope=:v') : chain);
  },
  candidates: (n) => condition(`NOT nope IN (${listOf(n, () => ':v').join(', ')})`),
  alias: (n) => condition(`attribute_not_exists(#${text(n - 1)})`, { ExpressionAttributeNames: { [`#${text(n - 1)}`]: 'nope' } }),
  batchWrites: batchWrite,
  batchReads: (n) =>
    startDatabase().send('BatchGetItem', {
      RequestItems: { things: { Keys: listOf(n, (index) => ({ id: { S: `i${index}` } })) } },
    }),
  batchRead: async (n) => {
    const items = itemsOf(n);
    const send = await stored(items);
    const Keys = items.map(({ id }) => ({ id }));
    const { UnprocessedKeys } = await send('BatchGetItem', { RequestItems: { things: { Keys } } });
    return Object.keys(UnprocessedKeys as Input).length > 0 ? 'instead' : undefined;
  },
  actions: (n) => transact(listOf(n, (index) => ({ id: { S: `i${index}` } }))),
  transaction: (n) => transact(itemsOf(n)),
  token: (n) => transact([itemOf(100)], { ClientRequestToken: text(n) }),
  page: async (n) => {
    const { LastEvaluatedKey } = await (await stored(itemsOf(n)))('Scan', { TableName: 'things' });
    return LastEvaluatedKey ? 'instead' : undefined;
  },
  segments: (n) => things('Scan', { Segment: 0, TotalSegments: n }),
};

const sorted = (n: number) => {
  const engine = createDynamoDb({ clock: startSteppedClock(0), ...place });
  const AttributeDefinitions = [attribute('id'), attribute('sort')];
  engine.createTable({
    name: 'sorted',
    properties: { ...THINGS, AttributeDefinitions, KeySchema: [key('id', 'HASH'), key('sort', 'RANGE')] },
  });
  const Item = { id: { S: 'a' }, sort: { S: text(n) } };
  const caller = { name: 'tester', principal: 'p' };
  return engine.call({ caller, service: 'dynamodb', action: 'PutItem', input: { TableName: 'sorted', Item } });
};

const tagged = (tags: readonly Input[]) => {
  const { put, send } = startStorage();
  return put('a').then(() => send('PutObjectTagging', { Key: 'a', Tagging: { TagSet: tags } }));
};

const upload = async (parts: readonly { readonly PartNumber: number; readonly Body: Uint8Array }[]) => {
  const { send } = startStorage();
  const { UploadId } = await send('CreateMultipartUpload', { Key: 'a' });
  const uploaded: Input[] = [];
  for (const { PartNumber, Body } of parts) {
    const { ETag } = await send('UploadPart', { Key: 'a', UploadId, PartNumber, Body });
    uploaded.push({ PartNumber, ETag });
  }
  return send('CompleteMultipartUpload', { Key: 'a', UploadId, MultipartUpload: { Parts: uploaded } });
};

export const s3Proofs: Proofs<typeof s3Limits> = {
  key: (n) => startStorage().put(text(n)),
  // Nothing of that size is held in memory here; the check is what every upload passes.
  upload: (n) => checkBodySize(n),
  metadata: (n) => startStorage().put('a', 'x', { Metadata: { name: text(n - 'name'.length) } }),
  tags: (n) => tagged(listOf(n, (index) => ({ Key: `k${index}`, Value: 'v' }))),
  tagKey: (n) => tagged([{ Key: text(n), Value: 'v' }]),
  tagValue: (n) => tagged([{ Key: 'k', Value: text(n) }]),
  partNumber: (n) => upload([{ PartNumber: n, Body: Buffer.from('x') }]),
  part: (n) =>
    upload([
      { PartNumber: 1, Body: Buffer.alloc(n) },
      { PartNumber: 2, Body: Buffer.from('x') },
    ]),
  deletions: (n) => startStorage().send('DeleteObjects', { Delete: { Objects: listOf(n, (index) => ({ Key: `k${index}` })) } }),
  listed: async (n) => {
    const { put, send } = startStorage();
    for (let index = 0; index < n; index++) await put(`k${index}`);
    return (await send('ListObjectsV2'))['IsTruncated'] === true ? 'instead' : undefined;
  },
  bucketName: (n) => startStorage().engine.createBucket({ name: text(n), properties: {} }),
};
