import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { dynamoDbTicketRecords } from '../../../adapters/dynamodb/ticket-records.ts';
import { s3EventLogWriter } from '../../../adapters/s3/event-log.ts';
import { ticketRouted } from '../../../core/route/ticket-routed.ts';
import { decided, ticket } from '../../support/decided-tickets.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { TICKETS_TABLE } from '../../support/table-definitions.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';
import { loadFunctionWith } from '../../support/loaded-function.ts';
import { serviceOf } from '../../support/retraining-cloud.ts';
import { NOW_MS } from '../../support/ticket-events.ts';

const day = new Date(NOW_MS).toISOString().slice(0, 10);
const [logged, unlogged] = [ticket(1), ticket(1, { ticketId: 'T-2' })];

/** Two decisions, of which the log has one; a bus that answers every entry so. */
const start = async (entry: Readonly<Record<string, unknown>>) => {
  const bus = serviceOf('events', {
    PutEvents: ({ Entries }) => ({ FailedEntryCount: 0, Entries: (Entries as readonly unknown[]).map(() => entry) }),
  });
  const { config } = await startJourneyCloud([bus]);
  const clock = { now: () => NOW_MS };
  const table = { client: new DynamoDBClient(config), tableName: TICKETS_TABLE, clock, retentionDays: 90 };
  for (const one of [logged, unlogged]) await dynamoDbTicketRecords(table).keepDecision(decided(one), one);
  const { id, ...detail } = ticketRouted(logged, decided(logged));
  const line = { id, type: 'ticket.routed', time: new Date(NOW_MS).toISOString(), detail };
  await s3EventLogWriter({ client: new S3Client(config), bucket: DATA_BUCKET }).append([line]);
  const variables = { TICKETS_TABLE, DATA_BUCKET, BUS_NAME: 'journey' };
  const load = () => import('../../../lambdas/reconcile-events/handler.ts');
  return { bus, ...(await loadFunctionWith(variables, config, load)) };
};

test('what the log does not have is published again, counted, and no text of a ticket is logged', async () => {
  const { invoke, bus, output } = await start({ EventId: 'id' });
  expect(await invoke({ day })).toMatchObject({
    kind: 'complete',
    types: { 'ticket.routed': { stored: 2, logged: 1, missing: 1, republished: 1 } },
  });
  expect(bus.asked).toHaveLength(1);
  const entries = bus.asked.flatMap(({ input }) => input['Entries'] as readonly { readonly Detail: string }[]);
  expect(entries).toHaveLength(1);
  expect(JSON.parse(entries[0]?.Detail ?? '')).toMatchObject({ ticketId: 'T-2', text: unlogged.text });
  expect(output()).toContain('event log reconciled');
  expect(output()).toMatch(/"EventsMissing":1/);
  expect(output()).not.toContain(unlogged.text.body);
});

test('what the bus refuses fails the function, so that it is tried again', async () => {
  const { invoke, output } = await start({ ErrorCode: 'InternalFailure', ErrorMessage: 'no' });
  await expect(invoke({ day })).rejects.toThrow(`The bus refused events of ${day}`);
  expect(output()).toMatch(/"EventsRepublished":0/);
});

test('a request without a day is refused', async () => {
  const { invoke } = await start({ EventId: 'id' });
  await expect(invoke({})).rejects.toThrow(/invalid_union/);
});
