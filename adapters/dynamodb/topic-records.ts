import { ConditionalCheckFailedException, paginateQuery, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { hourOf } from '../../core/topic/cluster-tickets.ts';
import type { Candidate, TopicRecords } from '../../core/topic/cluster-tickets.ts';
import type { UnexplainedTicket } from '../../core/topic/emerging.ts';
import { fromItem, text, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

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

  const parse = <T>(schema: z.ZodType<T>, item: Item): T => {
    const parsed = schema.safeParse(fromItem(item));
    if (!parsed.success) throw new StoredItemError(tableName, `${item['pk']?.S ?? '?'}/${item['sk']?.S ?? '?'}`, parsed.error);
    return parsed.data;
  };

  const ticketsUnder = async (partition: string): Promise<readonly UnexplainedTicket[]> => {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        IndexName: TOPIC_HOUR_INDEX,
        KeyConditionExpression: 'topicHour = :partition',
        ExpressionAttributeValues: { ':partition': text(partition) },
      },
    );
    const tickets: UnexplainedTicket[] = [];
    for await (const page of pages) for (const item of page.Items ?? []) tickets.push(parse(unexplainedSchema, item));
    return tickets;
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
        'attribute_not_exists(pk) OR assignmentOrder <= :order',
        { ':order': text(order) },
      );
      return stored ? 'stored' : 'superseded';
    },
    readUnexplained: (mapVersion, hour) => ticketsUnder(topicHour(mapVersion, UNEXPLAINED, hour)),
    readAnnounced: (mapVersion) => ticketsUnder(announcedGroups(mapVersion)),
    async keepCandidate(candidate) {
      const { leader, ticketIds, ...rest } = candidate;
      const item = {
        ...candidateKey(candidate.candidateId),
        ...toItem({ ...rest, ...leader, ticketIds: [...ticketIds], announced: false, expiresAt: expiresAt() }),
      };
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: item,
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return candidate;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        const stored = parse(candidateSchema, error.Item);
        return stored.announced ? 'announced' : candidateFrom(stored);
      }
    },
    async candidateAnnounced({ candidateId, mapVersion }) {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: candidateKey(candidateId),
          // From here on the index holds it, and with it the embedding of its leader.
          UpdateExpression: 'SET announced = :yes, topicHour = :groups',
          ExpressionAttributeValues: { ':yes': { BOOL: true }, ':groups': text(announcedGroups(mapVersion)) },
        }),
      );
    },
  };
};

const unexplainedSchema = z.object({ ticketId: z.string(), time: z.string(), embedding: z.string() });

const candidateSchema = unexplainedSchema.extend({
  candidateId: z.string(),
  mapVersion: z.int(),
  noticedAt: z.string(),
  ticketIds: z.array(z.string()),
  announced: z.boolean(),
});

const candidateFrom = (stored: z.infer<typeof candidateSchema>): Candidate => {
  const { candidateId, mapVersion, noticedAt, ticketIds, ticketId, time, embedding } = stored;
  return { candidateId, mapVersion, noticedAt, ticketIds, leader: { ticketId, time, embedding } };
};

/** Groups are few, so that those of a map stand together. */
const announcedGroups = (mapVersion: number): string => `v${mapVersion}#announced`;

const topicHour = (mapVersion: number, topicId: string, hour: string): string => `v${mapVersion}#${topicId}#${hour}`;

const candidateKey = (candidateId: string): Item => ({ pk: text(`candidate#${candidateId}`), sk: text('candidate') });
