import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { dynamoDbTicketRecords } from '../../../adapters/dynamodb/ticket-records.ts';
import { dynamoDbTicketTexts } from '../../../adapters/dynamodb/ticket-texts.ts';
import { decided, ticket } from '../../support/decided-tickets.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { TICKETS_TABLE } from '../../support/table-definitions.ts';

test('texts of many tickets are read a hundred at a time, without those that are not known', async () => {
  const cloud = await startJourneyCloud();
  const table = { client: new DynamoDBClient(cloud.config), tableName: TICKETS_TABLE, clock: cloud.clock, retentionDays: 90 };
  const ids = Array.from({ length: 120 }, (_, at) => `T-${at}`);
  for (const ticketId of ids) {
    const one = ticket(1, { ticketId, text: { subject: `about ${ticketId}`, body: '' } });
    await dynamoDbTicketRecords(table).keepState({ ticket: one, decision: decided(one) });
  }
  const texts = await dynamoDbTicketTexts(table).readTexts([...ids, 'unknown']);
  expect(texts.size).toBe(120);
  expect(texts.get('T-7')).toEqual({ subject: 'about T-7', body: '' });
});
