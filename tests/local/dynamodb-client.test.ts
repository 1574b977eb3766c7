import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gateway } from '../../local/gateway.ts';
import { NOW_MS, startDatabase } from './dynamodb-fixture.ts';
import { clientConfig, startTestGateway } from './gateway-fixture.ts';

let gateway: Gateway;
let client: DynamoDBClient;
beforeEach(async () => {
  gateway = await startTestGateway([startDatabase().engine]);
  client = new DynamoDBClient(clientConfig(gateway.endpoint));
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
});

const Item = { author: { S: 'ann' }, number: { N: '1.50' }, bytes: { B: new Uint8Array([1, 2, 3]) }, tags: { SS: ['a', 'b'] } };

test('the AWS SDK writes items and reads them back through the gateway', async () => {
  await client.send(new PutItemCommand({ TableName: 'notes', Item }));
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'notes',
      KeyConditionExpression: 'author = :a',
      ExpressionAttributeValues: { ':a': { S: 'ann' } },
    }),
  );
  expect(Items).toEqual([{ ...Item, number: { N: '1.5' } }]);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'notes' }));
  expect(Table?.CreationDateTime).toEqual(new Date(NOW_MS));
});

test('the AWS SDK sees a failed condition with the item that was there, and why a transaction was cancelled', async () => {
  await client.send(new PutItemCommand({ TableName: 'notes', Item }));
  const again = {
    TableName: 'notes',
    Item,
    ConditionExpression: 'attribute_not_exists(author)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  const failed: unknown = await client.send(new PutItemCommand(again)).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ConditionalCheckFailedException);
  expect((failed as ConditionalCheckFailedException).Item).toEqual({ ...Item, number: { N: '1.5' } });
  const cancelled: unknown = await client
    .send(new TransactWriteItemsCommand({ TransactItems: [{ Put: again }] }))
    .catch((error: unknown) => error);
  expect(cancelled).toBeInstanceOf(TransactionCanceledException);
  expect((cancelled as TransactionCanceledException).CancellationReasons).toMatchObject([
    { Code: 'ConditionalCheckFailed', Item: { author: { S: 'ann' } } },
  ]);
});
