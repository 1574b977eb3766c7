import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { disableSchedule } from '../../adapters/scheduler/disable-schedule.ts';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import { dayOf } from '../../core/days.ts';
import { alteredAssembly } from '../support/altered-assembly.ts';
import type { Alteration } from '../support/altered-assembly.ts';
import { logReader } from '../support/journey-account.ts';
import { reconcileDay } from '../support/reconcile.ts';
import { startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { deploySecondVersion } from '../support/two-versions.ts';

/** Of a call of the model, so that an endpoint that hangs costs a run a second and not twenty. */
export const SCORING_DEADLINE_MS = 1_000;

const QUIET_MS = 30 * 60_000;

/** Defects to plant, so that anybody can see this suite find them. */
export const PLANTS: Readonly<Record<string, readonly Alteration[]>> = {
  'publish-dropped': [
    {
      in: 'bundles',
      where: 'createRouteTickets',
      from: /async publish\(events\) \{/g,
      to: 'async publish(events) { return new Map();',
    },
  ],
  'recomputed-published': [
    {
      in: 'bundles',
      where: 'createRouteTickets',
      from: /return earlier \? parseStoredDecision\(tableName, earlier\) : stored;/g,
      to: 'return stored;',
    },
  ],
};

/** What all runs of a process share: a started cloud with two live versions, who makes calls, and how far the log was read. */
export interface ChaosBench {
  readonly journey: RunningJourney;
  readonly callers: readonly string[];
  readonly readLog: ReturnType<typeof logReader>;
  close(): Promise<void>;
}

/** @param plant name of a defect in `PLANTS` */
export const startBench = async (plant?: string): Promise<ChaosBench> => {
  const deadline: Alteration = {
    in: 'templates',
    from: /"SCORING_DEADLINE_MS": "\d+"/g,
    to: `"SCORING_DEADLINE_MS": "${SCORING_DEADLINE_MS}"`,
  };
  const assembly = await alteredAssembly([deadline, ...((plant === undefined ? undefined : PLANTS[plant]) ?? [])]);
  let journey: RunningJourney | undefined;
  const close = async (): Promise<void> => {
    await journey?.close();
    assembly.remove();
  };
  try {
    journey = await startJourney(assembly.folder);
    await journey.train();
    await deploySecondVersion(journey);
    await endWeeklyRetraining(journey);
    const callers = await callersOf(journey);
    const readLog = logReader(journey);
    // What is in the log by now is no run's to lose.
    await readLog(journey.cloud.clock.now());
    return { journey, callers, readLog, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** A thousand hours pass in two hundred runs; retrainings have tests of their own. */
const endWeeklyRetraining = async ({ cloud }: RunningJourney): Promise<void> => {
  const [, weekly] = [...cloud.resources].find(([id]) => id.includes('RetrainingScheduleWeekly')) ?? [];
  if (!weekly) throw new Error('the stack has no weekly schedule');
  const { endpoint, region } = cloud;
  const client = new SchedulerClient({ endpoint, region, credentials: cloud.credentials('test') });
  try {
    await disableSchedule({ client, name: weekly.ref })();
  } finally {
    client.destroy();
  }
};

/** Everybody who makes calls while a ticket goes its way, by letting one go. */
const callersOf = async (journey: RunningJourney): Promise<readonly string[]> => {
  const { cloud, live } = journey;
  const [ticket] = live;
  if (!ticket) throw new Error('the sample has no live tickets');
  const known = (): Map<string, number> => {
    const calls = new Map<string, number>();
    for (const { caller, count } of cloud.counts()) calls.set(caller, (calls.get(caller) ?? 0) + count);
    return calls;
  };
  const before = known();
  await journey.send('tickets', createdEvent({ ...ticket, id: 'FIRST' }));
  await journey.send('outcomes', {
    specversion: '1.0',
    id: 'FIRST-resolved',
    source: 'chaos',
    type: 'ticket.resolved.v1',
    subject: 'FIRST',
    time: new Date(cloud.clock.now()).toISOString(),
    data: { version: 1, labels: ticket.labels },
  });
  await cloud.runFor(QUIET_MS);
  await reconcileDay(journey, dayOf(cloud.clock.now()));
  return [...known()]
    .filter(([caller, count]) => count > (before.get(caller) ?? 0) && caller !== 'test' && caller !== 'operator')
    .map(([caller]) => caller);
};
