import { ConditionalCheckFailedException, paginateQuery, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { hourOf } from '../../core/topic/cluster-tickets.ts';
import type { TopicRecords } from '../../core/topic/cluster-tickets.ts';
import { fromItem, text, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';

/** Index of the topics table: partition `topicHour`, sort `pk`. */
export const TOPIC_HOUR_INDEX = 'by-topic-hour';

/** Topic id under which tickets stand that no topic explains. */
export const UNEXPLAINED = 'none';

export interface TopicTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  readonly retentionDays: number;
}

const unexplainedSchema = z.object({ ticketId: z.string(), time: z.string(), embedding: z.string() });

/** Assignments and candidates in the topics table. Counts come from the index over topic and hour; nothing is counted up. */
export const dynamoDbTopicRecords = ({ client, tableName, clock, retentionDays }: TopicTable): TopicRecords => {
  const expiresAt = (): number => Math.floor(clock.now() / 1_000) + retentionDays * 86_400;

  const putIf = async (item: Item, condition: string, values?: Item): Promise<boolean> => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: item,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    async keepAssignment({ ticketId, mapVersion, topic, order, time, embedding }) {
      const topicId = topic?.id ?? UNEXPLAINED;
      const stored = await putIf(
        {
          pk: text(`ticket#${ticketId}`),
          sk: text('assignment'),
          topicHour: text(topicHour(mapVersion, topicId, hourOf(time))),
          ...toItem({
            ticketId,
            mapVersion,
            topicId,
            topicLabel: topic?.label,
            similarity: topic?.similarity,
            assignmentOrder: order,
            time,
          }),
          // Needed only to find groups among tickets that no topic explains.
          ...toItem({ embedding: topic ? undefined : embedding, expiresAt: expiresAt() }),
        },
        'attribute_not_exists(pk) OR assignmentOrder < :order',
        { ':order': text(order) },
      );
      return stored ? 'stored' : 'superseded';
    },
    async readUnexplained(mapVersion, hour) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: TOPIC_HOUR_INDEX,
          KeyConditionExpression: 'topicHour = :hour',
          ExpressionAttributeValues: { ':hour': text(topicHour(mapVersion, UNEXPLAINED, hour)) },
        },
      );
      const tickets = [];
      for await (const page of pages) for (const item of page.Items ?? []) tickets.push(unexplainedSchema.parse(fromItem(item)));
      return tickets;
    },
    async keepCandidate(candidate) {
      const stored = await putIf(
        {
          ...candidateKey(candidate.candidateId),
          ...toItem({ ...candidate, ticketIds: [...candidate.ticketIds], published: false, expiresAt: expiresAt() }),
        },
        'attribute_not_exists(pk) OR published = :no',
        { ':no': { BOOL: false } },
      );
      return stored ? 'stored' : 'known';
    },
    async candidatePublished(candidateId) {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: candidateKey(candidateId),
          UpdateExpression: 'SET published = :yes',
          ExpressionAttributeValues: { ':yes': { BOOL: true } },
        }),
      );
    },
  };
};

const topicHour = (mapVersion: number, topicId: string, hour: string): string => `v${mapVersion}#${topicId}#${hour}`;

const candidateKey = (candidateId: string): Item => ({ pk: text(`candidate#${candidateId}`), sk: text('candidate') });
