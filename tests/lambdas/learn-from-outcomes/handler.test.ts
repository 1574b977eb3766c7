import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test, vi } from 'vitest';
import { QUARANTINE_TABLE, TICKETS_TABLE } from '../../support/table-definitions.ts';
import { loadJourneyFunction, startFunctionCloud } from '../../support/journey-function.ts';
import { outcomeEvent, ticketEvent } from '../../support/ticket-events.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('an outcome is stored and published, one that overtook its ticket goes back, poison is quarantined', async () => {
  const cloud = await startFunctionCloud();
  const time = new Date().toISOString();
  const routing = await loadJourneyFunction(cloud, () => import('../../../lambdas/route-tickets/handler.ts'));
  await routing.deliver('tickets', [ticketEvent({ time })]);
  const { deliver, output } = await loadJourneyFunction(cloud, () => import('../../../lambdas/learn-from-outcomes/handler.ts'));
  const early = outcomeEvent({ time, ticketId: 'T-2' });
  expect(await deliver('outcomes', [outcomeEvent({ time }), early, '{'])).toEqual([early]);

  const client = new DynamoDBClient(cloud.config);
  const { Items: tickets = [] } = await client.send(new ScanCommand({ TableName: TICKETS_TABLE }));
  expect(tickets.filter(({ sk }) => sk?.S?.startsWith('outcome#'))).toHaveLength(1);
  expect(tickets.find(({ sk }) => sk?.S === 'state')?.['settledLabels']).toEqual({ M: { team: { S: 'billing' } } });
  const { Items: quarantined } = await client.send(new ScanCommand({ TableName: QUARANTINE_TABLE }));
  expect(quarantined).toMatchObject([{ queue: { S: 'outcomes' }, code: { S: 'not-json' } }]);
  expect(JSON.stringify(cloud.bus.asked.map(({ input }) => input))).toContain('ticket.learned');
  expect(output()).toContain('ticket T-2 is not known yet');
  expect(output()).not.toContain('Where is my refund');
});
