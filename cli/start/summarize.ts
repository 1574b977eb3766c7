import { paginateScan } from '@aws-sdk/client-dynamodb';
import { dynamoDbTicketRecords } from '../../adapters/dynamodb/ticket-records.ts';
import type { Decision } from '../../core/contracts/bus-event.ts';
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
  /** Time from queue to decision, milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly ticketsPerSecond: number;
  readonly awsRequestsPerTicket: number;
  readonly seconds: number;
}

export interface TopicSize {
  readonly label: string;
  readonly tickets: number;
}

export interface Measured {
  /** Tickets replayed while this was measured. */
  readonly tickets: number;
  readonly replayMs: number;
  readonly awsRequests: number;
  readonly totalMs: number;
}

export const summarize = async (
  operator: Operator,
  live: readonly LabelledTicket[],
  measured: Measured,
): Promise<{ readonly summary: Summary; readonly topicSizes: readonly TopicSize[] }> => {
  const decisions = await readDecisions(operator, live);
  const quarantined = await countItems(operator, operator.outputs.QuarantineTable);
  const topics = await readTopics(operator);
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
    emerging: topics.candidates,
    p50Ms: Math.round(quantile(latencies, 0.5)),
    p95Ms: Math.round(quantile(latencies, 0.95)),
    ticketsPerSecond: round(measured.tickets === 0 ? 0 : measured.tickets / (measured.replayMs / 1_000), 1),
    awsRequestsPerTicket: round(measured.tickets === 0 ? 0 : measured.awsRequests / measured.tickets, 2),
    seconds: round(measured.totalMs / 1_000, 1),
  };
  return { summary, topicSizes: topics.sizes };
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

const readTopics = async ({
  dynamoDb,
  outputs,
}: Operator): Promise<{ readonly sizes: readonly TopicSize[]; readonly candidates: number }> => {
  const sizes = new Map<string, { readonly label: string; tickets: number }>();
  let candidates = 0;
  for await (const page of paginateScan({ client: dynamoDb }, { TableName: outputs.TopicsTable })) {
    for (const item of page.Items ?? []) {
      if (item['sk']?.S === 'candidate') candidates += 1;
      const label = item['topicLabel']?.S;
      const id = item['topicId']?.S;
      if (label === undefined || id === undefined) continue;
      const size = sizes.get(id) ?? { label, tickets: 0 };
      size.tickets += 1;
      sizes.set(id, size);
    }
  }
  return { sizes: [...sizes.values()].toSorted((a, b) => b.tickets - a.tickets), candidates };
};

/** Value below which a share of the values lies, by the nearest rank; 0 where there is none. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
