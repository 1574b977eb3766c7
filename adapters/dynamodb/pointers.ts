import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/clock.ts';
import { EMPTY_POINTER, pointerSchema } from '../../core/retrain/pointer.ts';
import type { Pointer } from '../../core/retrain/pointer.ts';
import type { Pointers } from '../../core/retrain/pointers.ts';
import { fromItem, number, text, toItem } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

const KEY = { pk: text('pointer'), sk: text('routing') };

/** The pointer in the models table, an item of its own: pk `pointer`, sk `routing`. */
export const dynamoDbPointers = ({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): Pointers => ({
  async read() {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }));
    if (Item === undefined) return EMPTY_POINTER;
    const parsed = pointerSchema.safeParse(fromItem(Item));
    if (!parsed.success) throw new StoredItemError(tableName, 'pointer/routing', parsed.error);
    return parsed.data;
  },
  async write(next) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...KEY, ...toItem(next) },
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

/** Longest that a promotion, a canary's share or a rollback stays unseen by a running function. */
export const POINTER_CACHE_MS = 2_000;

/**
 * The pointer as of at most `maxAgeMs` ago. Its age counts from the moment the read was sent, callers at the same time share one
 * read, and a read that failed is not kept.
 */
export function cachedPointer({
  pointers,
  clock,
  maxAgeMs = POINTER_CACHE_MS,
}: {
  readonly pointers: Pick<Pointers, 'read'>;
  readonly clock: Clock;
  readonly maxAgeMs?: number;
}): () => Promise<Pointer> {
  let cached: { readonly readAtMs: number; readonly pointer: Promise<Pointer> } | undefined;
  return () => {
    const now = clock.now();
    if (cached !== undefined && now - cached.readAtMs < maxAgeMs) return cached.pointer;
    const mine = { readAtMs: now, pointer: pointers.read() };
    cached = mine;
    mine.pointer.catch(() => {
      if (cached === mine) cached = undefined;
    });
    return mine.pointer;
  };
}
