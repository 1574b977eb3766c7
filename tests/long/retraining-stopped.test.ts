import { afterAll, beforeAll, expect, test } from 'vitest';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import { retrainingRuns } from '../support/retraining-runs.ts';
import type { RetrainingRuns } from '../support/retraining-runs.ts';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';

/** How long the dev stage keeps the lock of a retraining that does not end: nothing tells a stopped one from one that is slow. */
const LOCK_MS = 7 * 3_600_000;
const POINTER_SEEN_MS = 3_000;
/** States in the order in which a challenger that is better goes through them. */
const BEFORE_PROMOTION = [
  'Begin',
  'Snapshot',
  'TrainRouting',
  'TrainClustering',
  'Deploy',
  'Evaluate',
  'Gate',
  'Shadow',
  'ObserveShadow',
  'Canary',
  'WaitForCanary',
  'ObserveCanary',
] as const;

let journey: RunningJourney;
let runs: RetrainingRuns;
let tickets = 0;

beforeAll(async () => {
  journey = await startJourney();
  runs = retrainingRuns(journey);
  await runs.trainWeakChampion();
}, 180_000);

afterAll(() => journey?.close());

/** Sends a ticket and waits for its decision. @returns the version that decided it */
const versionThatDecides = async (): Promise<string> => {
  const ticket = journey.live[tickets % journey.live.length];
  if (!ticket) throw new Error('the sample has no live tickets');
  const id = `STOPPED-${++tickets}`;
  await journey.send('tickets', createdEvent({ ...ticket, id }));
  const { decision } = await eventually(`a decision about ${id}`, async () => (await journey.states([id])).get(id));
  return decision.decision.model?.version ?? 'none';
};

/** A retraining that is stopped in a state, with what it had set going run to its end. */
const stoppedIn = async (state: string): Promise<string> => {
  const execution = await runs.stopIn(state);
  await journey.cloud.runFor(POINTER_SEEN_MS);
  return execution;
};

/** As long as it has to, if it was stopped. */
const untilLockRunsOut = (): Promise<void> => journey.cloud.clock.advance(LOCK_MS);

test.for(BEFORE_PROMOTION)(
  'stopped in %s, a retraining leaves the champion serving, and the next one gets as far',
  { timeout: 300_000 },
  async (state) => {
    await untilLockRunsOut();
    const execution = await stoppedIn(state);

    const { champion, previous, challenger } = await runs.pointer();
    expect({ champion, previous }).toEqual({ champion: 1, previous: null });
    expect(await runs.servingVersions()).toContain(1);
    expect(['1', String(challenger?.version)]).toContain(await versionThatDecides());
    expect(await runs.lockHolders()).toEqual([execution]);
  },
);

test('until the lock of a stopped retraining has run out, another one is refused', { timeout: 300_000 }, async () => {
  const { error } = await runs.untilEnded(await runs.start());
  expect(error).toBe('RetrainingAlreadyRunning');
  await untilLockRunsOut();
});

test(
  'the next retraining that fails ends the canary of the stopped one, and removes what all of them left',
  { timeout: 300_000 },
  async () => {
    expect((await runs.pointer()).challenger).not.toBeNull();
    const { cloud, operator } = journey;
    const champion = `${operator.outputs.EndpointPrefix}-routing-v1`;
    // With the champion's container gone the two models cannot be compared.
    await cloud.containers.stop(champion);
    const { status } = await runs.untilEnded(await runs.start());
    await cloud.containers.start(champion);

    expect(status).toBe('FAILED');
    expect(await runs.pointer()).toMatchObject({ champion: 1, previous: null, challenger: null });
    await onlyThese([1]);
    expect(await runs.lockHolders()).toEqual([]);
  },
);

test('stopped in Promote, a retraining leaves a version serving every ticket', { timeout: 300_000 }, async () => {
  await stoppedIn('Promote');
  const { champion, challenger } = await runs.pointer();
  expect(['1', String(champion), String(challenger?.version)]).toContain(await versionThatDecides());
  await untilLockRunsOut();
});

test(
  'stopped in End, a retraining leaves nothing behind, for the function that cleans up runs on',
  { timeout: 300_000 },
  async () => {
    await stoppedIn('End');
    const { champion, previous, challenger } = await runs.pointer();
    expect(challenger).toBeNull();
    await onlyThese([previous, champion]);
    expect(await runs.lockHolders()).toEqual([]);
    expect(await versionThatDecides()).toBe(String(champion));
  },
);

/** Waits until these versions serve, and no other endpoint is there. */
const onlyThese = async (versions: readonly (number | null)[]): Promise<void> => {
  const expected = versions.filter((version) => version !== null);
  await eventually(`endpoints of ${expected.join(' and ')} alone`, async () => {
    await journey.cloud.runFor(1_000);
    return runs.endpointNames().length === 2 * expected.length;
  });
  expect(await runs.servingVersions()).toEqual(expected);
};
