import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { POINTER_KEY } from '../../adapters/dynamodb/pointers.ts';
import type { Decision } from '../../core/contracts/bus-event.ts';
import { eventually, FEW_TICKETS, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { ticketCreated } from '../support/ticket-messages.ts';

const POINTER_SEEN_MS = 3_000;

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
  await journey.train(journey.history.slice(-FEW_TICKETS));
}, 240_000);

afterAll(() => journey?.close());

const decisionAbout = async (ticketId: string): Promise<Decision> => {
  await journey.send('tickets', ticketCreated(ticketId));
  const { decision } = await eventually(`a decision about ${ticketId}`, async () =>
    (await journey.states([ticketId])).get(ticketId),
  );
  return decision.decision;
};

/** As docs/operations.md has it under "The endpoints are gone". */
test('a stage whose endpoints are gone cannot retrain, and is brought back by taking the pointer away', async () => {
  const { cloud, operator } = journey;
  for (const kind of ['routing', 'clustering'])
    await cloud.call('sagemaker', 'DeleteEndpoint', { EndpointName: `${operator.outputs.EndpointPrefix}-${kind}-v1` });
  await eventually('that they are gone', async () => {
    const { Endpoints } = await cloud.call('sagemaker', 'ListEndpoints', {});
    return Array.isArray(Endpoints) && Endpoints.length === 0;
  });
  expect(await decisionAbout('GONE-1')).toMatchObject({
    outcome: { kind: 'abstained', reason: 'degraded' },
    because: expect.stringContaining('there is none of that name') as string,
  });
  await expect(journey.train([])).rejects.toThrow(/routing-v1 gave no answer/);

  await operator.dynamoDb.send(new DeleteItemCommand({ TableName: operator.outputs.ModelsTable, Key: POINTER_KEY }));
  await cloud.runFor(POINTER_SEEN_MS);
  expect((await decisionAbout('GONE-2')).outcome).toEqual({ kind: 'abstained', reason: 'no-model' });

  await journey.train([]);
  await cloud.runFor(POINTER_SEEN_MS);
  expect((await decisionAbout('BACK-1')).model).toMatchObject({ version: '3' });
}, 600_000);
