import {
  ConditionalCheckFailedException,
  paginateQuery,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { MOST_COMPARED_AN_HOUR } from '../../core/topic/emerging.ts';
import type { UnfamiliarTicket } from '../../core/topic/emerging.ts';
import { hourOf } from '../../core/topic/topic-records.ts';
import type { Candidate, TopicRecords } from '../../core/topic/topic-records.ts';
import { fromItem, text, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

/** Index of the topics table: partition `unfamiliarHour`, sort `pk`; only tickets that the past does not resemble stand in it, and announced groups. */
export const UNFAMILIAR_HOUR_INDEX = 'by-unfamiliar-hour';

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

  const queryUnder = (partition: string) => ({
    TableName: tableName,
    IndexName: UNFAMILIAR_HOUR_INDEX,
    KeyConditionExpression: 'unfamiliarHour = :partition',
    ExpressionAttributeValues: { ':partition': text(partition) },
  });

  return {
    async keepAssignment({ ticketId, mapVersion, topic, order, time, unfamiliar }) {
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
          ...(unfamiliar && {
            unfamiliarHour: text(unfamiliarHour(mapVersion, hourOf(time))),
            ...toItem({ direction: unfamiliar.direction, pastSimilarity: unfamiliar.pastSimilarity }),
          }),
          ...toItem({ expiresAt: expiresAt() }),
        },
        'attribute_not_exists(pk) OR assignmentOrder <= :order',
        { ':order': text(order) },
      );
      return stored ? 'stored' : 'superseded';
    },
    async readUnfamiliar(mapVersion, hour) {
      // So many are far from the size of a page. Of tools that count their tickets, the last ones of the hour.
      const query = { ...queryUnder(unfamiliarHour(mapVersion, hour)), Limit: MOST_COMPARED_AN_HOUR, ScanIndexForward: false };
      const { Items = [] } = await client.send(new QueryCommand(query));
      return Items.map((item) => parse(unfamiliarSchema, item));
    },
    async readAnnounced(mapVersion) {
      const centres: string[] = [];
      for await (const { Items = [] } of paginateQuery({ client }, queryUnder(announcedGroups(mapVersion))))
        centres.push(...Items.map((item) => parse(announcedSchema, item).direction));
      return centres;
    },
    async keepCandidate(candidate) {
      const { centre, ...rest } = candidate;
      const item = {
        ...candidateKey(candidate.candidateId),
        ...toItem({ ...rest, direction: centre, announced: false, expiresAt: expiresAt() }),
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
          // From here on the index holds it, and with it where it lies.
          UpdateExpression: 'SET announced = :yes, unfamiliarHour = :groups',
          ExpressionAttributeValues: { ':yes': { BOOL: true }, ':groups': text(announcedGroups(mapVersion)) },
        }),
      );
    },
  };
};

const unfamiliarSchema = z.object({
  ticketId: z.string(),
  time: z.string(),
  direction: z.string(),
  pastSimilarity: z.number(),
}) satisfies z.ZodType<UnfamiliarTicket>;

const announcedSchema = z.object({ direction: z.string() });

const candidateSchema = announcedSchema.extend({
  candidateId: z.string(),
  mapVersion: z.int(),
  firstSeen: z.string(),
  noticedAt: z.string(),
  ticketIds: z.array(z.string()),
  phrases: z.array(z.string()),
  announced: z.boolean(),
});

const candidateFrom = ({ direction, announced: _, ...stored }: z.infer<typeof candidateSchema>): Candidate => ({
  ...stored,
  centre: direction,
});

/** Groups are few, so that those of a map stand together. */
const announcedGroups = (mapVersion: number): string => `v${mapVersion}#announced`;

const unfamiliarHour = (mapVersion: number, hour: string): string => `v${mapVersion}#${hour}`;

const topicHour = (mapVersion: number, topicId: string, hour: string): string => `v${mapVersion}#${topicId}#${hour}`;

const candidateKey = (candidateId: string): Item => ({ pk: text(`candidate#${candidateId}`), sk: text('candidate') });
