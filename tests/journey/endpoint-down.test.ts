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

test('while the endpoint is down tickets are decided without it, and again once it is back', async () => {
  const { cloud, operator, live } = journey;
  const tickets = live.slice(0, 20);
  const ids = tickets.map((ticket) => ticket.id);
  const endpointName = `${operator.outputs.EndpointPrefix}-routing-v1`;

  await cloud.containers.stop(endpointName);
  for (const ticket of tickets) await journey.send('tickets', createdEvent(ticket));
  await eventually('decisions without the model', async () => (await journey.states(ids)).size === ids.length);
  const degraded = [...(await journey.states(ids)).values()].map((state) => state.decision.decision);
  expect(degraded.map(({ outcome }) => outcome)).toEqual(ids.map(() => ({ kind: 'abstained', reason: 'degraded' })));
  expect(degraded[0]?.because).toMatch(/The model did not answer .*a person decides/);

  await cloud.containers.start(endpointName);
  await eventually('decisions with the model', async () => {
    await cloud.clock.advance(60_000);
    const states = await journey.states(ids);
    return [...states.values()].every((state) => state.decision.decision.attempt === 'rescored');
  });
  const states = await journey.states(ids);
  expect(states.size).toBe(ids.length);
  for (const state of states.values()) expect(state.decision.decision.model).toEqual({ name: 'routing', version: '1' });
  // The state decides first, the decision's own item follows it.
  await eventually('two decisions about each ticket, and no more', async () => {
    const items = (await journey.items('TicketsTable')).filter((item) => item['sk']?.S?.startsWith('decision#') === true);
    expect(items.length).toBeLessThanOrEqual(2 * ids.length);
    return items.length === 2 * ids.length;
  });
  await eventually('an empty rescore queue', async () => (await journey.waiting(operator.outputs.RescoreQueueUrl)) === 0);
}, 300_000);
