import { expect } from 'vitest';
import { createdEvent } from '../../cli/start/replay-tickets.ts';
import { retrainingRuns } from './retraining-runs.ts';
import { eventually } from './running-journey.ts';
import type { RunningJourney } from './running-journey.ts';
import { ticketCreated, ticketResolved } from './ticket-messages.ts';

const WEEK_MS = 7 * 86_400_000;
/** Longer than any function goes by a pointer that it read before. */
const POINTER_SEEN_MS = 3_000;
/** How long a model takes to come from S3 where the stack goes: its endpoints are in Creating until then. */
const DOWNLOAD_MS = 2_000;

const refused = { kind: 'error', code: 'AccessDeniedException', status: 403 } as const;

/**
 * Everything that the stack is there for, once: live tickets, bad input, a second look, undelivered events, retrainings that are
 * promoted, rejected and failed, nightly and weekly schedules, a second deployment, and the end with endpoints in Creating.
 */
export const wholeJourney = async (journey: RunningJourney): Promise<void> => {
  await retrainingRuns(journey).trainWeakChampion();
  await takeTickets(journey);
  await takeBadInput(journey);
  await lookTwice(journey);
  await promote(journey);
  await leaveUndelivered(journey);
  await failRetraining(journey);
  await passWeeks(journey);
  await lookAround(journey);
  await deployAgainAndDestroy(journey);
};

const decided = (journey: RunningJourney, ids: readonly string[]): Promise<true> =>
  eventually(`decisions about ${ids.length} tickets`, async () => (await journey.states(ids)).size === ids.length);

/** Until nothing is retrained any more. */
const ended = ({ cloud, operator }: RunningJourney): Promise<true> =>
  eventually('the end of the executions', async () => {
    await cloud.clock.advance(5_000);
    const input = { stateMachineArn: operator.outputs.StateMachineArn, statusFilter: 'RUNNING' };
    const { executions = [] } = await cloud.call('states', 'ListExecutions', input);
    return (executions as readonly unknown[]).length === 0;
  });

const takeTickets = async (journey: RunningJourney): Promise<void> => {
  const tickets = journey.live.slice(0, 8); // too few, with the rest, for a challenger to be compared by: the weak champion differs by chance
  for (const ticket of tickets) await journey.send('tickets', createdEvent(ticket));
  await decided(
    journey,
    tickets.map(({ id }) => id),
  );
  // Of a kind that the models have not seen.
  const strange = Array.from({ length: 15 }, (_, n) => `STRANGE-${n}`);
  const body = 'The volcano on the island erupted at dawn and the fishermen sailed home to watch the lava';
  for (const id of strange) await journey.send('tickets', ticketCreated(id, { data: { version: 1, subject: 'Eruption', body } }));
  await decided(journey, strange);
};

/** Too long for an event, too large for a ticket, no JSON. */
const takeBadInput = async (journey: RunningJourney): Promise<void> => {
  await journey.send('tickets', ticketCreated('LONG', { data: { version: 1, body: 'long story '.repeat(9_000) } }));
  await journey.send('tickets', 'x'.repeat(300_000));
  await journey.send('outcomes', 'x'.repeat(300_000));
  await journey.send('outcomes', ticketResolved('LONG', 'billing'));
  await decided(journey, ['LONG']);
};

const lookTwice = async (journey: RunningJourney): Promise<void> => {
  const { cloud } = journey;
  const noModel = cloud.faults.add({
    service: 'sagemaker',
    action: 'InvokeEndpoint',
    resource: 'routing',
    fault: { kind: 'internal-error' },
  });
  await journey.send('tickets', ticketCreated('DEGRADED'));
  await decided(journey, ['DEGRADED']);
  noModel();
  await eventually('the second look', async () => {
    await cloud.clock.advance(60_000);
    return (await journey.states(['DEGRADED'])).get('DEGRADED')?.decision.decision.attempt === 'rescored';
  });
  await cloud.idle();
};

/** A challenger that knows more than the champion goes live, over shadow and canary. */
const promote = async (journey: RunningJourney): Promise<void> => {
  const runs = retrainingRuns(journey);
  const first = await runs.start();
  await runs.untilEntered(first, 'WaitForCanary');
  await journey.cloud.clock.advance(POINTER_SEEN_MS);
  const tickets = journey.live.map((ticket) => ({ ...ticket, id: `canary-${ticket.id}` }));
  await Promise.all(tickets.map((ticket) => journey.send('tickets', createdEvent(ticket))));
  await decided(
    journey,
    tickets.map(({ id }) => id),
  );
  const { output } = await runs.untilEnded(first);
  expect(output.outcome).toBe('promoted');
};

/** Each rule finds its target closed once, and leaves the event to the undelivered ones. */
const leaveUndelivered = async (journey: RunningJourney): Promise<void> => {
  const { cloud } = journey;
  // What is still on its way would find them closed in place of this ticket.
  await cloud.idle();
  const events = { caller: 'events.amazonaws.com', times: 1, fault: refused } as const;
  cloud.faults.add({ ...events, service: 'sqs', resource: 'Archive' });
  cloud.faults.add({ ...events, service: 'sqs', resource: 'Topics' });
  cloud.faults.add({ ...events, service: 'states' });
  await journey.send('tickets', ticketCreated('UNDELIVERED'));
  await decided(journey, ['UNDELIVERED']);
  const drift = { Source: 'signalbox', DetailType: 'drift.detected', Detail: JSON.stringify({ id: 'd', reason: 'a test' }) };
  const EventBusName = [...cloud.resources].find(([, { attributes }]) => String(attributes['Arn']).includes(':event-bus/'))?.[1]
    .ref;
  const Entries = [drift, drift].map((event) => ({ ...event, EventBusName }));
  await cloud.call('events', 'PutEvents', { Entries });
  await cloud.clock.advance(61_000);
  await cloud.idle();
  expect(await archived(journey)).not.toContain('UNDELIVERED');
  // Started by the second of the two; its challenger is no better than the champion, and is removed again.
  await ended(journey);
};

/** Tickets of which the event log tells. */
const archived = async (journey: RunningJourney): Promise<readonly unknown[]> =>
  (await journey.eventLog()).map(({ detail }) => detail['ticketId']);

/** With the champion's container gone the two models cannot be compared. */
const failRetraining = async (journey: RunningJourney): Promise<void> => {
  const { cloud, operator } = journey;
  const runs = retrainingRuns(journey);
  const name = `${operator.outputs.EndpointPrefix}-routing-v${(await runs.pointer()).champion}`;
  await cloud.containers.stop(name);
  expect(await runs.untilEnded(await runs.start())).toMatchObject({ status: 'FAILED' });
  await cloud.containers.start(name);
};

const passWeeks = async (journey: RunningJourney): Promise<void> => {
  const { cloud } = journey;
  // The reconcile of the first night publishes what the archive was not told; in the second night its schedule finds it closed.
  cloud.faults.add({ caller: 'scheduler.amazonaws.com', service: 'lambda', skip: 1, times: 1, fault: refused });
  // The schedule finds the workflow closed in the first week, and starts it in the second.
  cloud.faults.add({ caller: 'scheduler.amazonaws.com', service: 'states', times: 1, fault: refused });
  await cloud.runFor(2 * WEEK_MS);
  expect(await archived(journey)).toContain('UNDELIVERED');
  await ended(journey);
};

/** What a person looks at who wonders what is waiting where. */
const lookAround = async ({ cloud }: RunningJourney): Promise<void> => {
  for (const { ref, attributes } of cloud.resources.values()) {
    const arn = String(attributes['Arn']);
    if (arn.startsWith('arn:aws:sqs:')) await cloud.call('sqs', 'GetQueueAttributes', { QueueUrl: ref, AttributeNames: ['All'] });
    if (ref.startsWith('arn:aws:sns:')) await cloud.call('sns', 'Publish', { TopicArn: ref, Message: 'a test of the alarms' });
    if (arn.startsWith('arn:aws:s3:')) await cloud.call('s3', 'ListObjectsV2', { Bucket: ref });
  }
};

const deployAgainAndDestroy = async (journey: RunningJourney): Promise<void> => {
  const { cloud } = journey;
  const runs = retrainingRuns(journey);
  const { champion } = await runs.pointer();
  await cloud.redeploy();
  expect((await runs.pointer()).champion).toBe(champion);
  const before = runs.endpointNames().length;
  await runs.untilEntered(await runs.start(), 'Deploy');
  cloud.faults.add({ service: 's3', action: 'GetObject', fault: { kind: 'latency', ms: DOWNLOAD_MS } });
  await eventually('an endpoint in Creating', async () => Promise.resolve(runs.endpointNames().length > before));
  await cloud.destroy();
  expect(runs.endpointNames()).toEqual([]);
};
