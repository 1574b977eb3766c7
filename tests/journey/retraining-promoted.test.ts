import { afterAll, beforeAll, expect, test } from 'vitest';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import type { Decision } from '../../core/contracts/bus-event.ts';
import { binomialUpperTail } from '../../core/retrain/sign-test.ts';
import { retrainingRuns } from '../support/retraining-runs.ts';
import type { RetrainingRuns } from '../support/retraining-runs.ts';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

/** Longer than any function goes by a pointer that it read before. */
const POINTER_SEEN_MS = 3_000;
const CANARY_SHARE = 0.1;

let journey: RunningJourney;
let runs: RetrainingRuns;
/** The retraining that all of this file is about. */
let first: string;

beforeAll(async () => {
  journey = await startJourney();
  runs = retrainingRuns(journey);
  await runs.trainWeakChampion();
  first = await runs.start();
}, 400_000);

afterAll(() => journey?.close());

/** Sends tickets like the live ones under ids of their own, and waits for their decisions. */
const decide = async (name: string, count: number): Promise<readonly Decision[]> => {
  const tickets = Array.from({ length: count }, (_, i) => {
    const like = journey.live[i % journey.live.length];
    if (!like) throw new Error('the sample has no live tickets');
    return { ...like, id: `${name}-${i}` };
  });
  await Promise.all(tickets.map((ticket) => journey.send('tickets', createdEvent(ticket))));
  const ids = tickets.map(({ id }) => id);
  return eventually(`decisions about ${count} tickets`, async () => {
    const states = await journey.states(ids);
    return states.size === count && [...states.values()].map(({ decision }) => decision.decision);
  });
};

const versionsOf = (decisions: readonly Decision[]): readonly string[] => [
  ...new Set(decisions.map(({ model }) => model?.version ?? 'none')),
];

test('a second retraining ends at once while one is running, and disturbs nothing of it', async () => {
  await runs.untilEntered(first, 'Shadow');
  const before = { pointer: await runs.pointer(), endpoints: runs.endpointNames() };
  expect(before.endpoints).toHaveLength(4);

  const second = await runs.start();
  const { status, error } = await runs.untilEnded(second);
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'RetrainingAlreadyRunning' });
  expect(await runs.entered(second)).toEqual(['Begin', 'AlreadyRunning']);
  expect(await runs.lockHolders()).toEqual([first]);
  expect({ pointer: await runs.pointer(), endpoints: runs.endpointNames() }).toEqual(before);
  expect((await journey.items('ModelsTable')).filter((item) => item['executionId']?.S === second)).toEqual([]);
}, 400_000);

test('in its canary a better challenger decides about its share of the tickets, with that share as propensity', async () => {
  await runs.untilEntered(first, 'WaitForCanary');
  expect((await runs.pointer()).challenger).toEqual({ version: 2, share: CANARY_SHARE });
  await journey.cloud.clock.advance(POINTER_SEEN_MS);
  const decisions = await decide('canary', 150);
  expect((await runs.pointer()).challenger, 'the canary was over before all tickets were decided').not.toBeNull();

  const propensities = new Set(decisions.map(({ model, propensity }) => `${model?.version} ${propensity}`));
  expect(propensities).toEqual(new Set(['1 0.9', '2 0.1']));
  const given = decisions.filter(({ model }) => model?.version === '2').length;
  expect(binomialUpperTail(given, decisions.length, CANARY_SHARE)).toBeGreaterThan(0.001);
  expect(1 - binomialUpperTail(given + 1, decisions.length, CANARY_SHARE)).toBeGreaterThan(0.001);
}, 400_000);

test('a challenger that proves better is promoted and decides every ticket from then on', async () => {
  const { status, output } = await runs.untilEnded(first);
  expect({ status, ...output }).toMatchObject({ status: 'SUCCEEDED', outcome: 'promoted' });
  expect(await runs.entered(first)).toEqual(
    expect.arrayContaining(['Shadow', 'ObserveShadow', 'Canary', 'ObserveCanary', 'Promote', 'End', 'Done']),
  );
  expect(await runs.pointer()).toMatchObject({ champion: 2, previous: 1, challenger: null });
  expect(await runs.servingVersions()).toEqual([1, 2]);
  expect(await runs.lockHolders()).toEqual([]);

  await journey.cloud.clock.advance(POINTER_SEEN_MS);
  const decisions = await decide('promoted', 10);
  expect(versionsOf(decisions)).toEqual(['2']);
  expect(new Set(decisions.map(({ propensity }) => propensity))).toEqual(new Set([1]));
}, 400_000);

test('a person rolls back to the champion before by moving the pointer, and forward again', async () => {
  await runs.movePointer({ action: 'rollback' });
  expect(await runs.pointer()).toMatchObject({ champion: 1, previous: 2, challenger: null });
  await journey.cloud.clock.advance(POINTER_SEEN_MS);
  expect(versionsOf(await decide('rolled-back', 5))).toEqual(['1']);

  await runs.movePointer({ action: 'rollback' });
  await journey.cloud.clock.advance(POINTER_SEEN_MS);
  expect(versionsOf(await decide('forward', 5))).toEqual(['2']);
  expect(await runs.servingVersions()).toEqual([1, 2]);
}, 400_000);

test('a challenger is not promoted where a person moved the pointer in its canary', async () => {
  // The third version is better than the first, and no better than the second.
  await runs.movePointer({ action: 'rollback' });
  const third = await runs.start();
  await runs.untilEntered(third, 'WaitForCanary');
  expect((await runs.pointer()).challenger?.version).toBe(3);
  await runs.movePointer({ action: 'rollback' });

  expect(await runs.untilEnded(third)).toMatchObject({ status: 'FAILED', error: 'RetrainingFailed' });
  expect(await runs.pointer()).toMatchObject({ champion: 2, previous: 1, challenger: null });
  await eventually('the endpoints of both champions alone', async () => {
    await journey.cloud.runFor(1_000);
    return runs.endpointNames().length === 4;
  });
  expect(await runs.servingVersions()).toEqual([1, 2]);
  expect(await runs.lockHolders()).toEqual([]);
}, 400_000);
