import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { FaultRule } from '@signalbox/local-cloud/faults/fault-rule.ts';
import { seededRandom } from '@signalbox/local-cloud/faults/seeded.ts';
import type { Random } from '@signalbox/local-cloud/faults/seeded.ts';
import type { EventLogLine } from '../../core/contracts/bus-event.ts';
import { addDays, dayOf } from '../../core/days.ts';
import { accountFor } from '../support/journey-account.ts';
import type { SentTicket } from '../support/journey-account.ts';
import { reconcileDay, startReconcile } from '../support/reconcile.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { changeChampion } from '../support/two-versions.ts';
import type { ChaosBench } from './chaos-bench.ts';
import { chaosRules, pick } from './chaos-faults.ts';

const MINUTE_MS = 60_000;
const TICKETS = 8;
/** How long faults last after the last ticket was sent. */
const FAULTS_MS = 20 * MINUTE_MS;
/** Longer than the longest delay of a retry. */
const PEACE_MS = 60 * MINUTE_MS;
/** Longer than the archive gathers events. */
const ARCHIVED_MS = 3 * MINUTE_MS;

export interface ChaosReport {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
  readonly tickets: number;
  /** What happened besides the rules' faults, by name, with how often. */
  readonly events: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Everything else that is not as it should be, in a sentence each. */
  readonly wrong: readonly string[];
}

/**
 * One run: tickets with repeats and out of order while faults last, then peace, time, a reconcile, and a look at what became of each.
 * The same seed sends the same messages and draws the same faults; what meets what still depends on how the work interleaves.
 */
export const chaosRun = async (bench: ChaosBench, seed: number): Promise<ChaosReport> => {
  const { journey, callers } = bench;
  const { cloud } = journey;
  const random = seededRandom(seed);
  const startedAtMs = cloud.clock.now();
  const plan = {
    changesChampion: random() < 0.3,
    reconcilesAmidFaults: random() < 0.15,
    losesLog: random() < 0.25,
  };
  const rules = chaosRules(seed, callers, random);
  for (const rule of rules) cloud.faults.add(rule);
  const tickets = await sendTickets(journey, seed, random, plan.changesChampion);
  if (plan.reconcilesAmidFaults) await startReconcile(journey, dayOf(cloud.clock.now()));
  await cloud.runFor(FAULTS_MS);
  cloud.faults.clear();
  await cloud.runFor(PEACE_MS);
  const deadLetters = await moveDeadLettersBack(journey);
  if (deadLetters > 0) await cloud.runFor(PEACE_MS);

  const before = await readLines(bench, startedAtMs);
  // Everything is to be there before the reconcile, which would hide what was not published.
  const early = await accountFor(journey, tickets, eventsOf(before));
  const gone = plan.losesLog ? await loseObjects(journey, before, random) : new Set<string>();
  const kept = before.filter(({ object }) => !gone.has(object));
  const republished = await reconcile(journey, startedAtMs);
  await cloud.runFor(ARCHIVED_MS);
  const late = await accountFor(journey, tickets, eventsOf([...kept, ...(await readLines(bench, startedAtMs))]));
  const found = idsOf(kept, tickets);
  const missing = [...idsOf(before, tickets)].filter((id) => !found.has(id)).length;
  const miscounted =
    republished === missing ? [] : [`${missing} events were missing in the log, and ${republished} were published again`];
  const findings = (of: 'lost' | 'doubled' | 'wrong'): readonly string[] => [...new Set([...early[of], ...late[of]])];
  return {
    seed,
    rules,
    tickets: tickets.length,
    events: {
      'champion-changed': plan.changesChampion ? 1 : 0,
      'log-object-lost': gone.size,
      'events-republished': republished,
      'dead-letters-moved-back': deadLetters,
    },
    lost: findings('lost'),
    doubled: findings('doubled'),
    wrong: [...findings('wrong'), ...miscounted],
  };
};

const sendTickets = async (
  journey: RunningJourney,
  seed: number,
  random: Random,
  changesChampion: boolean,
): Promise<readonly SentTicket[]> => {
  const { cloud, live } = journey;
  const { TicketsQueueUrl, OutcomesQueueUrl } = journey.operator.outputs;
  const time = new Date(cloud.clock.now() - MINUTE_MS).toISOString();
  const messages: { readonly QueueUrl: string; readonly body: object }[] = [];
  const tickets = Array.from({ length: TICKETS }, (_, n): SentTicket => {
    const id = `CHAOS-${seed}-${n}`;
    const lastVersion = random() < 0.3 ? 2 : 1;
    const frame = { specversion: '1.0', source: 'chaos', subject: id, time };
    for (let version = 1; version <= lastVersion; version++) {
      const { subject, body } = pick(live, random);
      const type = version === 1 ? 'ticket.created.v1' : 'ticket.updated.v1';
      const event = { ...frame, id: `${id}-v${version}`, type, data: { version, subject, body } };
      const copies = random() < 0.4 ? 3 : 1;
      for (let copy = 0; copy < copies; copy++) messages.push({ QueueUrl: TicketsQueueUrl, body: event });
    }
    const resolvedAs = random() < 0.3 ? pick(live, random).labels['team'] : undefined;
    if (resolvedAs !== undefined) {
      const data = { version: lastVersion, labels: { team: resolvedAs } };
      const body = { ...frame, id: `${id}-resolved`, type: 'ticket.resolved.v1', data };
      const copies = random() < 0.3 ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) messages.push({ QueueUrl: OutcomesQueueUrl, body });
    }
    return { id, lastVersion, resolvedAs };
  });
  const changeAt = changesChampion ? Math.floor(random() * messages.length) : -1;
  for (const [n, { QueueUrl, body }] of shuffled(messages, random).entries()) {
    await cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: JSON.stringify(body) }, 'test');
    if (n === changeAt) await changeChampion(journey);
    if (random() < 0.1) await cloud.runFor(5_000);
  }
  return tickets;
};

const shuffled = <T>(items: readonly T[], random: Random): readonly T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

/** What an operator does after an outage. */
const moveDeadLettersBack = async ({ cloud }: RunningJourney): Promise<number> => {
  const { sqs } = cloud.engines;
  let moved = 0;
  for (const arn of sqs.queueArns().filter((name) => name.includes('DeadLetters'))) {
    const { messages } = sqs.inspect(arn);
    if (messages === 0) continue;
    moved += messages;
    await cloud.call('sqs', 'StartMessageMoveTask', { SourceArn: arn }, 'test');
  }
  return moved;
};

interface LoggedLine {
  readonly object: string;
  readonly line: EventLogLine;
}

const eventsOf = (lines: readonly LoggedLine[]): readonly EventLogLine[] => lines.map(({ line }) => line);

/** Events that tell of facts of these tickets. */
const idsOf = (lines: readonly LoggedLine[], tickets: readonly SentTicket[]): ReadonlySet<string> => {
  const ids = new Set<unknown>(tickets.map(({ id }) => id));
  return new Set(lines.flatMap(({ line }) => (ids.has(line.detail['ticketId']) ? [line.id] : [])));
};

const readLines = async ({ readLog }: ChaosBench, sinceMs: number): Promise<readonly LoggedLine[]> =>
  (await readLog(sinceMs)).flatMap(({ key, lines }) => lines.map((line) => ({ object: key, line })));

/** Objects of the event log go, half of those that the run has written and at least one. */
const loseObjects = async (
  { operator }: RunningJourney,
  lines: readonly LoggedLine[],
  random: Random,
): Promise<ReadonlySet<string>> => {
  const objects = shuffled([...new Set(lines.map(({ object }) => object))].toSorted(), random);
  const lost = new Set(objects.slice(0, Math.ceil(objects.length / 2)));
  for (const Key of lost) await operator.s3.send(new DeleteObjectCommand({ Bucket: operator.outputs.DataBucket, Key }));
  return lost;
};

/** Every day that the run has touched. @returns how many events were published again */
const reconcile = async (journey: RunningJourney, startedAtMs: number): Promise<number> => {
  const today = dayOf(journey.cloud.clock.now());
  let republished = 0;
  for (let day = dayOf(startedAtMs); day <= today; day = addDays(day, 1)) {
    const { kind, types, unreadable, malformedLines } = await reconcileDay(journey, day);
    if (kind !== 'complete' || unreadable.count > 0 || malformedLines > 0)
      throw new Error(
        `the reconcile of ${day} is ${kind}, with ${unreadable.count} unreadable facts and ${malformedLines} malformed lines`,
      );
    republished += types['ticket.routed'].republished + types['ticket.learned'].republished;
  }
  return republished;
};
