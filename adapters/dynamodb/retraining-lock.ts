import { ConditionalCheckFailedException, DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { RetrainingLock } from '../../core/retrain/retraining-lock.ts';
import { begunSchema } from '../../core/retrain/steps.ts';
import { fromItem, number, text, toItem } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

const KEY = { pk: text('lock'), sk: text('retraining') };

const lockItemSchema = z.object({
  executionId: z.string(),
  /** Seconds since the epoch, as the table's TTL counts. */
  expiresAt: z.int(),
  begun: begunSchema,
});

/** The lock in the models table, an item of its own: pk `lock`, sk `retraining`. */
export const dynamoDbRetrainingLock = ({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): RetrainingLock => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const parsed = lockItemSchema.safeParse(fromItem(Item));
    if (!parsed.success) throw new StoredItemError(tableName, 'lock/retraining', parsed.error);
    const { executionId, expiresAt, begun } = parsed.data;
    return { executionId, expiresAtMs: expiresAt * 1000, begun };
  },
  async take({ executionId, expiresAtMs, begun }, nowMs) {
    const put = new PutItemCommand({
      TableName: tableName,
      Item: { ...KEY, ...toItem({ executionId, expiresAt: Math.ceil(expiresAtMs / 1000), begun }) },
      ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now OR executionId = :me',
      ExpressionAttributeValues: { ':now': number(Math.floor(nowMs / 1000)), ':me': text(executionId) },
    });
    return (await holds(client.send(put))) ? 'taken' : 'held';
  },
  async release(executionId) {
    const remove = new DeleteItemCommand({
      TableName: tableName,
      Key: KEY,
      ConditionExpression: 'executionId = :me',
      ExpressionAttributeValues: { ':me': text(executionId) },
    });
    await holds(client.send(remove));
  },
});

/** Whether the condition of a write held. */
async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
