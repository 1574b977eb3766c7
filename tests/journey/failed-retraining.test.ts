import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import { eventually, FEW_TICKETS, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
  await journey.train(journey.history.slice(-FEW_TICKETS));
}, 400_000);

afterAll(() => journey?.close());

const pointer = async (): Promise<unknown> => (await journey.items('ModelsTable')).find((item) => item['pk']?.S === 'pointer');

const containerNames = (): readonly string[] => journey.cloud.containers.list().map(({ endpointName }) => endpointName);

const sameNames = (a: readonly string[], b: readonly string[]): boolean => a.toSorted().join() === b.toSorted().join();

const retrain = async (): Promise<{ readonly status: string | undefined; readonly cause: string | undefined }> => {
  const { stepFunctions, outputs } = journey.operator;
  const { executionArn } = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: outputs.StateMachineArn, input: JSON.stringify({ trigger: 'person' }) }),
  );
  return eventually('the end of the execution', async () => {
    await journey.cloud.clock.advance(5_000);
    const { status, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return status !== 'RUNNING' && { status, cause };
  });
};

test('a retraining that fails leaves things as they were', async () => {
  const { cloud, operator, live } = journey;
  const prefix = operator.outputs.EndpointPrefix;
  const before = await pointer();
  const endpointsBefore = containerNames();

  // With the champion's container gone the two models cannot be compared.
  await cloud.containers.stop(`${prefix}-routing-v1`);
  const { status, cause } = await retrain();
  expect(status).toBe('FAILED');
  expect(cause).toMatch(/\S/);
  expect(await pointer()).toEqual(before);
  await eventually('the containers of the champion alone', async () => sameNames(containerNames(), endpointsBefore));
  const held = (await journey.items('ModelsTable')).filter((item) => item['pk']?.S?.startsWith('lock') === true);
  expect(held).toEqual([]);

  await cloud.containers.start(`${prefix}-routing-v1`);
  const ticket = live[0];
  if (!ticket) throw new Error('the sample has no live tickets');
  await journey.send('tickets', createdEvent(ticket));
  const state = await eventually('a decision by the old champion', async () =>
    (await journey.states([ticket.id])).get(ticket.id),
  );
  expect(state.decision.decision.model).toEqual({ name: 'routing', version: '1' });
}, 400_000);

test('a challenger that is not proven better is rejected, and its endpoints are gone', async () => {
  const before = await pointer();
  const { status, cause } = await retrain();
  expect({ status, cause }).toMatchObject({ status: 'SUCCEEDED' });
  expect(await pointer()).toEqual(before);
  const champion = ['clustering', 'routing'].map((kind) => `${journey.operator.outputs.EndpointPrefix}-${kind}-v1`);
  await eventually('the containers of the champion alone', async () => sameNames(containerNames(), champion));
}, 400_000);
