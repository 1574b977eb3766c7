import { ConditionalCheckFailedException, DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Pausable, Pause, Pauses } from '../../core/pause/pauses.ts';
import { fromItem, text, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

const pauseSchema = z.object({ reason: z.string(), by: z.string(), since: z.string() });

export const pauseKey = (what: Pausable): Item => ({ pk: text('pause'), sk: text(what) });

export const parsePause = (tableName: string, what: Pausable, item: Item): Pause => {
  const parsed = pauseSchema.safeParse(fromItem(item));
  if (!parsed.success) throw new StoredItemError(tableName, `pause/${what}`, parsed.error);
  return parsed.data;
};

/** Pauses in the models table: pk `pause`, sk `automation` or `retraining`, there while it is paused. */
export const dynamoDbPauses = ({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): Pauses => ({
  async read(what) {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: pauseKey(what), ConsistentRead: true }));
    return Item && parsePause(tableName, what, Item);
  },
  async pause(what, pause) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...pauseKey(what), ...toItem({ ...pause }) },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      const earlier = parsePause(tableName, what, error.Item);
      // Our own, where the answer to a first try was lost.
      return canonicalJson(earlier) === canonicalJson(pause) ? undefined : earlier;
    }
  },
  async resume(what) {
    const { Attributes } = await client.send(
      new DeleteItemCommand({ TableName: tableName, Key: pauseKey(what), ReturnValues: 'ALL_OLD' }),
    );
    return Attributes && parsePause(tableName, what, Attributes);
  },
});
