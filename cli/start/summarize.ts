import { paginateScan } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { dynamoDbTicketRecords } from '../../adapters/dynamodb/ticket-records.ts';
import type { AbstainReason, Decision } from '../../core/contracts/bus-event.ts';
import { hourOf } from '../../core/topic/topic-records.ts';
import type { LabelledTicket } from './labelled-ticket.ts';
import type { Operator } from './operator.ts';

/** What came of the live tickets; printed by `--json` as it is. */
export interface Summary {
  readonly tickets: number;
  readonly routed: number;
  readonly abstained: number;
  readonly quarantined: number;
  readonly lost: number;
  /** Share (0..1) of the routed tickets that went where people had sent them. */
  readonly agreement: number;
  readonly topics: number;
  readonly emerging: number;
  /** Tickets left to people, by the reason. */
  readonly leftBecause: Readonly<Partial<Record<AbstainReason, number>>>;
  /** Groups of tickets that are closer to one another than to what the model learned from, in order of time. */
  readonly incidents: readonly Incident[];
  /** The incident that the sample company's author planted; null for other tickets. */
  readonly planted: Planted | null;
  /** Time from queue to decision, milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly ticketsPerSecond: number;
  readonly awsRequestsPerTicket: number;
  /** US dollars for a million such tickets on AWS, without what a stage costs idle; null where they were counted in parts. */
  readonly usdPerMillion: number | null;
  readonly seconds: number;
}

export interface Incident {
  /** What its tickets say and others do not, the best first. */
  readonly phrases: readonly string[];
  /** Subject of its first ticket; empty where that has none. */
  readonly subject: string;
  /** When its first ticket was written, ISO 8601 in UTC. */
  readonly firstSeen: string;
  /** When the ticket was written by which the group was noticed. */
  readonly noticedAt: string;
  /** Tickets that it had when it was noticed, in order of time; the first hundred of more. */
  readonly ticketIds: readonly string[];
}

export interface Planted {
  readonly tickets: number;
  readonly firstSeen: string;
  /** Null where no group of its tickets was noticed. */
  readonly noticedAt: string | null;
}

export interface TopicSize {
  readonly label: string;
  readonly tickets: number;
  /** Tickets by the hour that they were written in, e.g. `2026-11-22T10`. */
  readonly byHour: ReadonlyMap<string, number>;
}

/** Tickets that people sent to one team, and what became of them. */
export interface TeamShare {
  readonly team: string;
  readonly tickets: number;
  readonly routed: number;
  /** Of the routed ones, those that went where people sent them. */
  readonly agreed: number;
}

export interface Measured {
  /** Tickets replayed while this was measured. */
  readonly tickets: number;
  readonly replayMs: number;
  readonly awsRequests: number;
  readonly totalMs: number;
  readonly usdPerMillion: number | null;
  /** Ids of the tickets of an incident that is known beforehand. */
  readonly planted: readonly string[];
}

export const summarize = async (
  operator: Operator,
  live: readonly LabelledTicket[],
  measured: Measured,
): Promise<{
  readonly summary: Summary;
  readonly topicSizes: readonly TopicSize[];
  readonly teams: readonly TeamShare[];
}> => {
  const decisions = await readDecisions(operator, live);
  const quarantined = await countItems(operator, operator.outputs.QuarantineTable);
  const topics = await readTopics(operator, live);
  const all = [...decisions.values()];
  const routed = live.flatMap((ticket) => {
    const outcome = decisions.get(ticket.id)?.outcome;
    return outcome?.kind === 'routed' ? [{ chosen: outcome.team, byPeople: ticket.labels.team }] : [];
  });
  const latencies = all.map(({ queuedAtMs, decidedAtMs }) => decidedAtMs - queuedAtMs);
  const agreed = routed.filter(({ chosen, byPeople }) => chosen === byPeople).length;
  const summary: Summary = {
    tickets: live.length,
    routed: routed.length,
    abstained: all.length - routed.length,
    quarantined,
    lost: live.length - all.length - quarantined,
    agreement: round(routed.length === 0 ? 0 : agreed / routed.length, 4),
    topics: topics.sizes.length,
    emerging: topics.incidents.length,
    leftBecause: countBy(all.flatMap(({ outcome }) => (outcome.kind === 'abstained' ? [outcome.reason] : []))),
    incidents: topics.incidents,
    planted: plantedOf(live, measured.planted, topics.incidents),
    p50Ms: Math.round(quantile(latencies, 0.5)),
    p95Ms: Math.round(quantile(latencies, 0.95)),
    ticketsPerSecond: round(measured.tickets === 0 ? 0 : measured.tickets / (measured.replayMs / 1_000), 1),
    awsRequestsPerTicket: round(measured.tickets === 0 ? 0 : measured.awsRequests / measured.tickets, 2),
    usdPerMillion: measured.usdPerMillion === null ? null : round(measured.usdPerMillion, 2),
    seconds: round(measured.totalMs / 1_000, 1),
  };
  return { summary, topicSizes: topics.sizes, teams: sharesOf(live, routed) };
};

const readDecisions = async (
  { dynamoDb, outputs }: Operator,
  live: readonly LabelledTicket[],
): Promise<ReadonlyMap<string, Decision>> => {
  const records = dynamoDbTicketRecords({
    client: dynamoDb,
    tableName: outputs.TicketsTable,
    clock: { now: () => Date.now() },
    retentionDays: 1,
  });
  const states = await records.readStates(live.map((ticket) => ticket.id));
  return new Map(Array.from(states, ([id, state]) => [id, state.decision.decision]));
};

/** The tickets on which nothing has been decided yet. */
export const undecided = async (operator: Operator, live: readonly LabelledTicket[]): Promise<readonly LabelledTicket[]> => {
  const decisions = await readDecisions(operator, live);
  return live.filter(({ id }) => !decisions.has(id));
};

const countItems = async ({ dynamoDb }: Operator, TableName: string): Promise<number> => {
  let count = 0;
  for await (const page of paginateScan({ client: dynamoDb }, { TableName, Select: 'COUNT' })) count += page.Count ?? 0;
  return count;
};

const sharesOf = (
  live: readonly LabelledTicket[],
  routed: readonly { readonly chosen: string; readonly byPeople: string }[],
): readonly TeamShare[] =>
  [...new Set(live.map(({ labels }) => labels.team))]
    .map((team) => {
      const own = routed.filter(({ byPeople }) => byPeople === team);
      return {
        team,
        tickets: live.filter(({ labels }) => labels.team === team).length,
        routed: own.length,
        agreed: own.filter(({ chosen }) => chosen === team).length,
      };
    })
    .toSorted((a, b) => b.tickets - a.tickets);

const readTopics = async (
  { dynamoDb, outputs }: Operator,
  live: readonly LabelledTicket[],
): Promise<{ readonly sizes: readonly TopicSize[]; readonly incidents: readonly Incident[] }> => {
  const ticketOf = new Map(live.map((ticket) => [ticket.id, ticket]));
  const sizes = new Map<string, { readonly label: string; tickets: number; readonly byHour: Map<string, number> }>();
  const incidents: Incident[] = [];
  for await (const page of paginateScan({ client: dynamoDb }, { TableName: outputs.TopicsTable })) {
    for (const item of page.Items ?? []) {
      if (item['sk']?.S === 'candidate') {
        incidents.push(incidentOf(textsIn(item['ticketIds']), textsIn(item['phrases']), ticketOf));
      }
      const [id, label, time] = [item['topicId']?.S, item['topicLabel']?.S, item['time']?.S];
      if (label === undefined || id === undefined || time === undefined) continue;
      const size = sizes.get(id) ?? { label, tickets: 0, byHour: new Map<string, number>() };
      size.tickets += 1;
      const hour = hourOf(time);
      size.byHour.set(hour, (size.byHour.get(hour) ?? 0) + 1);
      sizes.set(id, size);
    }
  }
  return {
    sizes: [...sizes.values()].toSorted((a, b) => b.tickets - a.tickets),
    incidents: incidents.toSorted((a, b) => (a.firstSeen < b.firstSeen ? -1 : 1)),
  };
};

const textsIn = (attribute: AttributeValue | undefined): readonly string[] =>
  (attribute?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S]));

const incidentOf = (
  ticketIds: readonly string[],
  phrases: readonly string[],
  ticketOf: ReadonlyMap<string, LabelledTicket>,
): Incident => {
  const tickets = ticketIds.flatMap((id) => ticketOf.get(id) ?? []).toSorted((a, b) => (a.time < b.time ? -1 : 1));
  return {
    phrases,
    subject: tickets[0]?.subject ?? '',
    firstSeen: tickets[0]?.time ?? '',
    noticedAt: tickets.at(-1)?.time ?? '',
    ticketIds,
  };
};

/** A planted incident counts as noticed by the first group of which it is at least half. */
const plantedOf = (live: readonly LabelledTicket[], ids: readonly string[], incidents: readonly Incident[]): Planted | null => {
  const planted = new Set(ids);
  const first = live.find(({ id }) => planted.has(id));
  if (!first) return null;
  const noticed = incidents.find(
    ({ ticketIds }) => 2 * ticketIds.filter((id) => planted.has(id)).length >= Math.max(1, ticketIds.length),
  );
  return { tickets: planted.size, firstSeen: first.time, noticedAt: noticed?.noticedAt ?? null };
};

const countBy = <Key extends string>(keys: readonly Key[]): Partial<Record<Key, number>> => {
  const counts: Partial<Record<Key, number>> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

/** Value below which a share of the values lies, by the nearest rank; 0 where there is none. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
