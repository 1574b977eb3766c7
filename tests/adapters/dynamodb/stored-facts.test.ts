import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { FACT_HOUR_INDEX, partitionsOf } from '../../../adapters/dynamodb/fact-hours.ts';
import { dynamoDbOutcomeRecords } from '../../../adapters/dynamodb/outcome-records.ts';
import { dynamoDbStoredFacts } from '../../../adapters/dynamodb/stored-facts.ts';
import { decisionKey } from '../../../adapters/dynamodb/ticket-items.ts';
import { dynamoDbTicketRecords } from '../../../adapters/dynamodb/ticket-records.ts';
import type { StoredFact } from '../../../core/archive/stored-facts.ts';
import { ticketRouted } from '../../../core/route/ticket-routed.ts';
import { FACT_HOUR_INDEX as INDEX_OF_THE_STACK } from '../../../lib/tables.ts';
import { decided, settled, ticket } from '../../support/decided-tickets.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { TICKETS_TABLE } from '../../support/table-definitions.ts';
import { NOW_MS } from '../../support/ticket-events.ts';

const TODAY = new Date(NOW_MS).toISOString().slice(0, 10);
const HOUR_MS = 3_600_000;

const start = async () => {
  const cloud = await startJourneyCloud();
  const client = new DynamoDBClient(cloud.config);
  const clock = { ms: NOW_MS, now: (): number => clock.ms };
  const table = { client, tableName: TICKETS_TABLE, clock, retentionDays: 90 };
  const facts = dynamoDbStoredFacts(table);
  const ofDay = async (day: string): Promise<readonly StoredFact[]> =>
    (await Promise.all(facts.byHour(day).map((hour) => Array.fromAsync(hour)))).flat();
  return {
    client,
    clock,
    facts,
    ofDay,
    tickets: dynamoDbTicketRecords(table),
    learning: dynamoDbOutcomeRecords(table),
    countOf: cloud.countOf,
  };
};

test('decisions and outcomes are found by the day on which they were first stored, with no scan', async () => {
  const { tickets, learning, clock, ofDay, countOf } = await start();
  const [one, two] = [ticket(1), ticket(2)];
  await tickets.keepDecision(decided(one), one);
  await tickets.keepState({ ticket: one, decision: decided(one) });
  await tickets.keepReceipt({ eventKey: one.eventKey, contentHash: 'hash' });
  await learning.keepOutcome(settled(one.orderKey));
  clock.ms += 24 * HOUR_MS;
  await tickets.keepDecision(decided(one), one);
  await learning.keepOutcome(settled(one.orderKey));
  await tickets.keepDecision(decided(two), two);
  expect((await ofDay(TODAY)).map(({ type, id }) => ({ type, id })).toSorted((a, b) => a.type.localeCompare(b.type))).toEqual([
    { type: 'ticket.learned', id: 'resolved#desk#T-1/resolved' },
    { type: 'ticket.routed', id: decided(one).decision.id },
  ]);
  const tomorrow = new Date(clock.ms).toISOString().slice(0, 10);
  expect((await ofDay(tomorrow)).map(({ id }) => id)).toEqual([decided(two).decision.id]);
  expect(countOf('Scan')).toBe(0);
});

test('more facts than fit into a page are all found, hours in turn', async () => {
  const { tickets, clock, facts } = await start();
  const many = Array.from({ length: 120 }, (_, n) => ticket(1, { ticketId: `T-${n}` }));
  for (const [n, one] of many.entries()) {
    clock.ms = Date.parse(TODAY) + (n % 24) * HOUR_MS;
    await tickets.keepDecision(decided(one), one);
  }
  const hours = await Promise.all(facts.byHour(TODAY).map((hour) => Array.fromAsync(hour)));
  expect(hours.map((hour) => hour.length)).toEqual(Array.from({ length: 24 }, () => 5));
});

test('the event of a decision is made again as it was, though the ticket has gone on', async () => {
  const { tickets, ofDay, facts } = await start();
  const first = ticket(1, { channel: 'email', text: { subject: 'Refund', body: 'Where is it?', ref: 'texts/T-1' } });
  const second = ticket(2, { text: { subject: 'Refund', body: 'Found it.' } });
  const stored = decided(first, 'first', { embedding: 'AAAA', embeddingSpace: 'tests' });
  await tickets.keepDecision(stored, first);
  await tickets.keepState({ ticket: first, decision: stored });
  await tickets.keepState({ ticket: second, decision: decided(second) });
  const events = await facts.eventsOf(await ofDay(TODAY));
  expect([...events.values()]).toEqual([{ type: 'ticket.routed', detail: ticketRouted(first, stored) }]);
});

test('the event of an outcome is made again with the text that its ticket has now', async () => {
  const { tickets, learning, ofDay, facts } = await start();
  const one = ticket(1);
  await tickets.keepState({ ticket: one, decision: decided(one) });
  await learning.keepOutcome(settled(one.orderKey));
  const [event] = (await facts.eventsOf(await ofDay(TODAY))).values();
  const { labels, time } = settled(one.orderKey);
  expect(event).toMatchObject({
    type: 'ticket.learned',
    detail: { id: 'resolved#desk#T-1/resolved', ticketId: 'T-1', lesson: 'resolved', text: one.text, labels, time },
  });
});

test('a fact that is gone, and one that nobody can read, have no event, and the others have theirs', async () => {
  const { client, tickets, learning, ofDay, facts } = await start();
  const tickets3 = [1, 2].map((n) => ticket(1, { ticketId: `T-${n}` }));
  for (const one of tickets3) await tickets.keepDecision(decided(one), one);
  // An outcome whose ticket is forgotten.
  await learning.keepOutcome(settled(ticket(1).orderKey));
  const broken = tickets3[1]!;
  await client.send(
    new UpdateItemCommand({
      TableName: TICKETS_TABLE,
      Key: decisionKey(broken.ticketId, decided(broken).decision.id),
      UpdateExpression: 'SET decision = :no',
      ExpressionAttributeValues: { ':no': { S: '{' } },
    }),
  );
  const gone: StoredFact = { type: 'ticket.routed', id: 'gone', at: JSON.stringify(['ticket#gone', 'decision#1']) };
  const events = await facts.eventsOf([...(await ofDay(TODAY)), gone]);
  expect([...events.keys()]).toEqual([decided(tickets3[0]!).decision.id]);
});

test('an hour is spread over four partitions, and the index is the stack’s', () => {
  const hours = partitionsOf('2026-11-22');
  expect(hours).toHaveLength(24);
  expect(hours[9]).toEqual(['2026-11-22T09#0', '2026-11-22T09#1', '2026-11-22T09#2', '2026-11-22T09#3']);
  expect(FACT_HOUR_INDEX).toBe(INDEX_OF_THE_STACK);
});
