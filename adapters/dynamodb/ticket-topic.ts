import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { fromItem, text } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';
import { UNEXPLAINED } from './topic-records.ts';

/** A ticket's topic; `none` explains it where `topic` is null. */
export interface TicketTopic {
  readonly mapVersion: number;
  /** Event time of the version that was assigned, ISO 8601. */
  readonly time: string;
  readonly topic: { readonly id: string; readonly label: string; readonly similarity: number } | null;
}

const assignmentSchema = z.object({
  mapVersion: z.int(),
  topicId: z.string(),
  topicLabel: z.string().optional(),
  similarity: z.number().optional(),
  time: z.string(),
});

/** The topic that a ticket was assigned to, strongly consistent; undefined while it has not been looked at. */
export const readTicketTopic = async (
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  ticketId: string,
): Promise<TicketTopic | undefined> => {
  const Key = { pk: text(`ticket#${ticketId}`), sk: text('assignment') };
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
  if (!Item) return undefined;
  const parsed = assignmentSchema.safeParse(fromItem(Item));
  if (!parsed.success) throw new StoredItemError(tableName, `ticket#${ticketId}/assignment`, parsed.error);
  const { mapVersion, topicId, topicLabel = '', similarity = 0, time } = parsed.data;
  return { mapVersion, time, topic: topicId === UNEXPLAINED ? null : { id: topicId, label: topicLabel, similarity } };
};
