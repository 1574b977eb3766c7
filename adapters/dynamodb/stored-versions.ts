import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { fromItem } from './attributes.ts';
import { versionKey } from './model-versions.ts';
import { StoredItemError } from './stored-item-error.ts';

const versionSchema = z.object({
  status: z.string(),
  createdAt: z.string().optional(),
  endedAt: z.string().optional(),
  /** Why it was promoted, rejected or failed. */
  reason: z.string().optional(),
  metrics: z.object({ accuracy: z.object({ challenger: z.number() }), n: z.int() }).optional(),
});

/** What is remembered of a version: `accuracy.challenger` is the share (0..1) of the n test tickets that it sent where people had. */
export type StoredVersion = z.infer<typeof versionSchema>;

/** The record of a version in the models table; undefined where there is none. */
export const readStoredVersion = async (
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  version: number,
): Promise<StoredVersion | undefined> => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: versionKey(version), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const parsed = versionSchema.safeParse(fromItem(Item));
  if (!parsed.success) throw new StoredItemError(tableName, `version#${version}/version`, parsed.error);
  return parsed.data;
};
