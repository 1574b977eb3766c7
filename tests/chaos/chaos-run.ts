import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { FaultRule } from '@signalbox/local-cloud/faults/fault-rule.ts';
import { seededRandom } from '@signalbox/local-cloud/faults/seeded.ts';
import type { Random } from '@signalbox/local-cloud/faults/seeded.ts';
import { gunzipSync } from 'node:zlib';
import { canonicalJson } from '../../core/canonical-json.ts';
import { eventLogLineSchema, ticketRoutedSchema } from '../../core/contracts/bus-event.ts';
import type { EventLogLine } from '../../core/contracts/bus-event.ts';
import { wasMadeWithoutModel } from '../../core/route/decide.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { chaosRules, pick } from './chaos-faults.ts';

const MINUTE_MS = 60_000;
const TICKETS = 8;

export interface ChaosReport {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
  readonly tickets: number;
  /** Messages that went to a dead-letter queue while faults lasted, and were moved back afterwards. */
  readonly deadLetters: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Everything else that is not as it should be, in a sentence each. */
  readonly wrong: readonly string[];
}

interface SentTicket {
  readonly id: string;
  readonly lastVersion: number;
  readonly resolvedAs: string | undefined;
}

/** What all runs on one cloud share: callers, and how far the event log was read. */
export interface ChaosBench {
  readonly journey: RunningJourney;
  readonly callers: readonly string[];
  readonly seenObjects: Set<string>;
}

export const chaosBench = (journey: RunningJourney): ChaosBench => {
  const seen = new Set(journey.cloud.counts().map(({ caller }) => caller));
  const callers = [...seen].filter((caller) => caller !== 'test' && caller !== 'operator');
  return { journey, callers, seenObjects: new Set() };
};

/**
 * One run: tickets with repeats and out of order while faults last, then peace, time, and a look at what became of each.
 * The same seed sends the same messages and draws the same faults; what meets what still depends on how the work interleaves.
 */
export const chaosRun = async (bench: ChaosBench, seed: number): Promise<ChaosReport> => {
  const { journey, callers } = bench;
  const { cloud } = journey;
  const random = seededRandom(seed);
  const rules = chaosRules(seed, callers, random);
  for (const rule of rules) cloud.faults.add(rule);
  const tickets = await sendTickets(journey, seed, random);
  await cloud.runFor(20 * MINUTE_MS);
  cloud.faults.clear();
  await cloud.runFor(60 * MINUTE_MS);
  const deadLetters = await moveDeadLettersBack(journey);
  if (deadLetters > 0) await cloud.runFor(60 * MINUTE_MS);
  return { seed, rules, tickets: tickets.length, deadLetters, ...(await inspect(bench, tickets)) };
};

const sendTickets = async (journey: RunningJourney, seed: number, random: Random): Promise<readonly SentTicket[]> => {
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
      messages.push({ QueueUrl: OutcomesQueueUrl, body });
    }
    return { id, lastVersion, resolvedAs };
  });
  for (const { QueueUrl, body } of shuffled(messages, random)) {
    await cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: JSON.stringify(body) }, 'test');
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

const inspect = async (
  bench: ChaosBench,
  tickets: readonly SentTicket[],
): Promise<Pick<ChaosReport, 'lost' | 'doubled' | 'wrong'>> => {
  const { journey } = bench;
  const lost: string[] = [];
  const doubled: string[] = [];
  const wrong: string[] = [];
  const states = await journey.states(tickets.map(({ id }) => id));
  const lines = await newLines(bench);
  for (const ticket of tickets) {
    const { id } = ticket;
    const state = states.get(id);
    if (!state) {
      lost.push(id);
      continue;
    }
    const { decision } = state.decision;
    if (state.ticket.version !== ticket.lastVersion)
      wrong.push(`${id} stands at version ${state.ticket.version} of ${ticket.lastVersion}`);
    if (wasMadeWithoutModel(decision) && decision.attempt === 'first' && !state.settledByPerson)
      wrong.push(`${id} still waits for the model: ${decision.because}`);
    if (decision.decidedAtMs < decision.queuedAtMs) wrong.push(`${id} was decided before it was queued`);
    if (ticket.resolvedAs !== undefined && !state.settledByPerson) wrong.push(`${id} was resolved, and its state does not know`);
    const of = (type: string): readonly EventLogLine[] =>
      lines.filter((line) => line.type === type && line.detail['ticketId'] === id);
    const routed = Map.groupBy(of('ticket.routed'), (line) => line.id);
    const stored = await storedDecisions(journey, id);
    for (const [eventId, repeats] of routed) {
      if (new Set(repeats.map((line) => canonicalJson(line.detail))).size > 1)
        doubled.push(`${eventId} was published with two contents`);
      if (!stored.has(eventId)) doubled.push(`${eventId} was published and is not stored`);
    }
    for (const decisionId of stored) if (!routed.has(decisionId)) lost.push(`${decisionId} is stored and was never published`);
    const last = routed.get(decision.id)?.[0];
    if (last && canonicalJson(ticketRoutedSchema.parse(last.detail).decision) !== canonicalJson(decision))
      doubled.push(`${decision.id} was published as something else than the state has`);
    const lessons = new Set(of('ticket.learned').map((line) => line.id));
    if (lessons.size !== (ticket.resolvedAs === undefined ? 0 : 1)) wrong.push(`${id} has ${lessons.size} lessons in the log`);
  }
  const assigned = new Set(
    (await journey.items('TopicsTable')).filter((item) => item['sk']?.S === 'assignment').map((item) => item['ticketId']?.S),
  );
  for (const [id, { decision }] of states) {
    if (decision.embedding !== undefined && !assigned.has(id)) wrong.push(`${id} has no topic assignment`);
  }
  for (const { code, reason, body } of await journey.quarantined()) {
    if (tickets.some(({ id }) => body.includes(id))) wrong.push(`quarantined as ${code}: ${reason}`);
  }
  const { sqs } = journey.cloud.engines;
  for (const arn of sqs.queueArns()) {
    const { messages } = sqs.inspect(arn);
    if (messages > 0) wrong.push(`${messages} messages are left in ${arn.split(':').at(-1)}`);
  }
  return { lost, doubled, wrong };
};

const storedDecisions = async (journey: RunningJourney, ticketId: string): Promise<ReadonlySet<string>> => {
  const { Items = [] } = await journey.operator.dynamoDb.send(
    new QueryCommand({
      TableName: journey.operator.outputs.TicketsTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `ticket#${ticketId}` }, ':sk': { S: 'decision#' } },
    }),
  );
  return new Set(Items.map((item) => `${ticketId}#${item['sk']?.S?.slice('decision#'.length) ?? ''}`));
};

/** The event log's lines since the last look. */
const newLines = async ({ journey, seenObjects }: ChaosBench): Promise<readonly EventLogLine[]> => {
  const { s3, outputs } = journey.operator;
  const lines: EventLogLine[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: outputs.DataBucket, Prefix: 'events/' })) {
    for (const { Key = '' } of page.Contents ?? []) {
      if (seenObjects.has(Key)) continue;
      seenObjects.add(Key);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.DataBucket, Key }));
      const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString('utf8');
      for (const line of text.split('\n').filter((one) => one !== '')) lines.push(eventLogLineSchema.parse(JSON.parse(line)));
    }
  }
  return lines;
};
