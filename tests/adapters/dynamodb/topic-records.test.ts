import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamoDbTopicRecords, UNFAMILIAR_HOUR_INDEX } from '../../../adapters/dynamodb/topic-records.ts';
import { MOST_COMPARED_AN_HOUR } from '../../../core/topic/emerging.ts';
import type { UnfamiliarTicket } from '../../../core/topic/emerging.ts';
import type { Assignment, Candidate } from '../../../core/topic/topic-records.ts';
import { UNFAMILIAR_HOUR_INDEX as INDEX_OF_THE_STACK } from '../../../lib/tables.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { TOPICS_TABLE } from '../../support/table-definitions.ts';
import { NOW_MS } from '../../support/ticket-events.ts';
import { topicsInMemory } from '../../support/topics-in-memory.ts';

const HOUR = '2026-11-22T09';

const TOPIC = { id: 't-1', label: 'refunds', similarity: 0.8 };

const unfamiliar = (fields: Partial<UnfamiliarTicket> = {}): UnfamiliarTicket => ({
  ticketId: 'T-1',
  time: '2026-11-22T09:10:00.000Z',
  direction: 'AAAA',
  pastSimilarity: 0.25,
  ...fields,
});

const assignment = ({
  ticketId = 'T-1',
  time = '2026-11-22T09:10:00.000Z',
  ...fields
}: Partial<Assignment> = {}): Assignment => ({
  ticketId,
  mapVersion: 3,
  topic: null,
  order: '0000000001#2026-11-22T09:10:00.000Z#0',
  time,
  unfamiliar: unfamiliar({ ticketId, time }),
  ...fields,
});

const candidate = (fields: Partial<Candidate> = {}): Candidate => ({
  candidateId: 'v3-T-1',
  mapVersion: 3,
  firstSeen: '2026-11-22T09:10:00.000Z',
  noticedAt: '2026-11-22T10:00:00.000Z',
  ticketIds: ['T-1', 'T-2'],
  phrases: ['E-417', 'PayPal'],
  centre: 'AAAA',
  ...fields,
});

const inDynamoDb = async () => {
  const cloud = await startJourneyCloud();
  const client = new DynamoDBClient(cloud.config);
  return { client, records: dynamoDbTopicRecords({ client, tableName: TOPICS_TABLE, clock: cloud.clock, retentionDays: 90 }) };
};

// The domain's tests trust the records in memory: what both do is one contract.
describe.each([
  ['in memory', async () => Promise.resolve(topicsInMemory())],
  ['in DynamoDB', inDynamoDb],
])('records of topics %s', (_, start) => {
  test('an assignment gives way to a later one, not to an earlier one, and may be kept again', async () => {
    const { records } = await start();
    const later = assignment({
      order: '0000000001#2026-11-22T09:10:00.000Z#1',
      topic: TOPIC,
      unfamiliar: undefined,
    });
    expect(await records.keepAssignment(assignment())).toBe('stored');
    expect(await records.keepAssignment(assignment())).toBe('stored');
    expect(await records.keepAssignment(later)).toBe('stored');
    expect(await records.keepAssignment(assignment())).toBe('superseded');
    expect(await records.readUnfamiliar(3, HOUR)).toEqual([]);
  });

  test('tickets that the past does not resemble are found by their map and hour, whatever their topic', async () => {
    const { records } = await start();
    await records.keepAssignment(assignment({ topic: TOPIC }));
    await records.keepAssignment(assignment({ ticketId: 'T-2', time: '2026-11-22T10:00:00.000Z' }));
    await records.keepAssignment(assignment({ ticketId: 'T-3', mapVersion: 4 }));
    await records.keepAssignment(assignment({ ticketId: 'T-4', unfamiliar: undefined }));
    await records.keepAssignment(assignment({ ticketId: 'T-5' }));
    const found = await records.readUnfamiliar(3, HOUR);
    expect(found.toSorted((a, b) => (a.ticketId < b.ticketId ? -1 : 1))).toEqual([unfamiliar(), unfamiliar({ ticketId: 'T-5' })]);
  });

  test('the first candidate under an id stays, and is to be announced until it was', async () => {
    const { records } = await start();
    expect(await records.keepCandidate(candidate())).toEqual(candidate());
    const again = candidate({ noticedAt: '2026-11-22T11:00:00.000Z', ticketIds: ['T-1', 'T-2', 'T-3'] });
    expect(await records.keepCandidate(again)).toEqual(candidate());
    expect(await records.readAnnounced(3)).toEqual([]);
    await records.candidateAnnounced(candidate());
    expect(await records.keepCandidate(again)).toBe('announced');
  });

  test('where announced groups lie is found by their map', async () => {
    const { records } = await start();
    const other = candidate({ candidateId: 'v4-T-1', mapVersion: 4 });
    for (const one of [candidate(), other]) {
      await records.keepCandidate(one);
      await records.candidateAnnounced(one);
    }
    expect(await records.readAnnounced(3)).toEqual([candidate().centre]);
    expect(await records.readUnfamiliar(3, HOUR)).toEqual([]);
  });
});

describe('the topics table', () => {
  test('is read through the index that the stack gives it', () => {
    expect(UNFAMILIAR_HOUR_INDEX).toBe(INDEX_OF_THE_STACK);
  });

  test('holds where unfamiliar tickets and groups lie, not where the others do, and forgets all', async () => {
    const { client, records } = await inDynamoDb();
    await records.keepAssignment(assignment());
    await records.keepAssignment(assignment({ ticketId: 'T-2', topic: TOPIC, unfamiliar: undefined }));
    await records.keepCandidate(candidate());
    await records.candidateAnnounced(candidate());
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TOPICS_TABLE }));
    expect(
      Items.filter((item) => 'direction' in item)
        .map(({ pk }) => pk?.S ?? '')
        .toSorted(),
    ).toEqual(['candidate#v3-T-1', 'ticket#T-1']);
    expect(Items.map(({ expiresAt }) => expiresAt?.N)).toEqual(
      Array.from({ length: 3 }, () => String(NOW_MS / 1_000 + 90 * 86_400)),
    );
  });

  test('of more tickets in an hour than are compared, the last are read', async () => {
    const { records } = await inDynamoDb();
    for (let at = 0; at < MOST_COMPARED_AN_HOUR + 5; at++)
      await records.keepAssignment(assignment({ ticketId: `T-${1_000 + at}` }));
    const read = await records.readUnfamiliar(3, HOUR);
    expect(read).toHaveLength(MOST_COMPARED_AN_HOUR);
    expect(read.map(({ ticketId }) => ticketId)).not.toContain('T-1004');
    expect(read.map(({ ticketId }) => ticketId)).toContain('T-1005');
  });

  test('of more announced groups than a page all are read', async () => {
    const { records } = await inDynamoDb();
    // A page of a query ends at 1 MB.
    const centre = 'A'.repeat(20_000);
    for (let at = 0; at < 60; at++) {
      const one = candidate({ candidateId: `v3-T-${at}`, centre });
      await records.keepCandidate(one);
      await records.candidateAnnounced(one);
    }
    expect(await records.readAnnounced(3)).toHaveLength(60);
  });

  test('names the item that is not shaped as it is to be', async () => {
    const { client, records } = await inDynamoDb();
    const Item = { pk: { S: 'ticket#T-1' }, sk: { S: 'assignment' }, unfamiliarHour: { S: `v3#${HOUR}` } };
    await client.send(new PutItemCommand({ TableName: TOPICS_TABLE, Item }));
    await expect(records.readUnfamiliar(3, HOUR)).rejects.toMatchObject({
      name: 'StoredItemError',
      message: 'Item ticket#T-1/assignment of table topics is not shaped as expected; mend or remove it.',
    });
  });
});
