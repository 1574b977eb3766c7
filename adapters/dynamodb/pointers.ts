import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EMPTY_POINTER, pointerSchema } from '../../core/retrain/pointer.ts';
import type { Pointer } from '../../core/retrain/pointer.ts';
import type { Pointers } from '../../core/retrain/pointers.ts';
import { fromItem, number, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

export const POINTER_KEY = { pk: { S: 'pointer' }, sk: { S: 'routing' } };

/** The pointer of its item; the empty one where there is none yet. */
export const parsePointer = (tableName: string, item: Item | undefined): Pointer => {
  if (item === undefined) return EMPTY_POINTER;
  const parsed = pointerSchema.safeParse(fromItem(item));
  if (!parsed.success) throw new StoredItemError(tableName, 'pointer/routing', parsed.error);
  return parsed.data;
};

/** The pointer in the models table, an item of its own: pk `pointer`, sk `routing`. */
export const dynamoDbPointers = ({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): Pointers => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: POINTER_KEY, ConsistentRead: true }));
    return parsePointer(tableName, Item);
  },
  async write(next) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...POINTER_KEY, ...toItem(next) },
          ConditionExpression: 'revision = :read OR (attribute_not_exists(pk) AND :read = :none)',
          ExpressionAttributeValues: { ':read': number(next.revision - 1), ':none': number(EMPTY_POINTER.revision) },
        }),
      );
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'lost';
      throw error;
    }
  },
});

/** Longest that a promotion, a canary's share, a rollback or a pause stays unseen by a running function. */
export const POINTER_CACHE_MS = 2_000;
