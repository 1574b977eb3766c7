import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { gunzipSync } from 'node:zlib';
import { canonicalJson } from '../../core/canonical-json.ts';
import { eventLogLineSchema, ticketRoutedSchema } from '../../core/contracts/bus-event.ts';
import type { EventLogLine } from '../../core/contracts/bus-event.ts';
import { wasMadeWithoutModel } from '../../core/route/decide.ts';
import type { TicketState } from '../../core/route/arrival.ts';
import type { RunningJourney } from './running-journey.ts';

export interface SentTicket {
  readonly id: string;
  /** Highest version that was sent. */
  readonly lastVersion: number;
  /** Team of the one outcome that was sent, if there was one. */
  readonly resolvedAs: string | undefined;
}

/** What is not as it should be. */
export interface Account {
  /** Tickets without a state, stored facts that were never published. */
  readonly lost: readonly string[];
  /** Decisions that were published with two contents, or with another than the stored one. */
  readonly doubled: readonly string[];
  /** Everything else, in a sentence each. */
  readonly wrong: readonly string[];
}

/** Compares what was sent with what is stored, what was published, and what waits. `lines`: the event log since the first was sent. */
export const accountFor = async (
  journey: RunningJourney,
  tickets: readonly SentTicket[],
  lines: readonly EventLogLine[],
): Promise<Account> => {
  const account = { lost: [] as string[], doubled: [] as string[], wrong: [] as string[] };
  const states = await journey.states(tickets.map(({ id }) => id));
  const byTicket = Map.groupBy(lines, ({ detail }) => detail['ticketId']);
  for (const ticket of tickets) {
    const state = states.get(ticket.id);
    if (!state) account.lost.push(ticket.id);
    else {
      account.wrong.push(...wrongIn(ticket, state));
      await comparePublished(journey, ticket, state, byTicket.get(ticket.id) ?? [], account);
    }
  }
  account.wrong.push(...(await withoutTopic(journey, states)), ...(await quarantinedOf(journey, tickets)), ...left(journey));
  return account;
};

const wrongIn = (
  ticket: SentTicket,
  { ticket: seen, decision: { decision }, settledByPerson }: TicketState,
): readonly string[] => {
  const { id } = ticket;
  const wrong: string[] = [];
  if (seen.version !== ticket.lastVersion) wrong.push(`${id} stands at version ${seen.version} of ${ticket.lastVersion}`);
  if (wasMadeWithoutModel(decision) && decision.attempt === 'first' && !settledByPerson)
    wrong.push(`${id} still waits for the model: ${decision.because}`);
  if (decision.decidedAtMs < decision.queuedAtMs) wrong.push(`${id} was decided before it was queued`);
  if (ticket.resolvedAs !== undefined && !settledByPerson) wrong.push(`${id} was resolved, and its state does not know`);
  return wrong;
};

const comparePublished = async (
  journey: RunningJourney,
  { id, resolvedAs }: SentTicket,
  { decision: { decision } }: TicketState,
  lines: readonly EventLogLine[],
  { lost, doubled, wrong }: { readonly lost: string[]; readonly doubled: string[]; readonly wrong: string[] },
): Promise<void> => {
  const routed = Map.groupBy(
    lines.filter(({ type }) => type === 'ticket.routed'),
    (line) => line.id,
  );
  const stored = await storedFacts(journey, id);
  for (const [eventId, repeats] of routed) {
    const contents = new Set(repeats.map((line) => canonicalJson(ticketRoutedSchema.parse(line.detail))));
    if (contents.size > 1) doubled.push(`${eventId} was published with two contents`);
    const published = canonicalJson(ticketRoutedSchema.parse(repeats[0]?.detail).decision);
    const kept = stored.decisions.get(eventId);
    if (kept === undefined) doubled.push(`${eventId} was published and is not stored`);
    else if (canonicalJson(JSON.parse(kept)) !== published)
      doubled.push(`${eventId} was published as something else than is stored`);
  }
  for (const decisionId of stored.decisions.keys())
    if (!routed.has(decisionId)) lost.push(`${decisionId} is stored and was never published`);
  const last = stored.decisions.get(decision.id);
  if (last === undefined) wrong.push(`${id} stands at a decision that is not stored`);
  else if (canonicalJson(JSON.parse(last)) !== canonicalJson(decision))
    doubled.push(`${decision.id} is stored as something else than the state has`);
  const expected = resolvedAs === undefined ? 0 : 1;
  const lessons = new Set(lines.filter(({ type }) => type === 'ticket.learned').map((line) => line.id)).size;
  if (stored.outcomes !== expected) wrong.push(`${id} has ${stored.outcomes} outcomes stored`);
  if (lessons < expected) lost.push(`${id} has an outcome that was never published`);
  if (lessons > expected) doubled.push(`${id} has ${lessons} lessons in the log`);
};

/** Decisions as their JSON by event id, and how many outcomes there are. */
const storedFacts = async (
  { operator }: RunningJourney,
  ticketId: string,
): Promise<{ readonly decisions: ReadonlyMap<string, string>; readonly outcomes: number }> => {
  const { Items = [] } = await operator.dynamoDb.send(
    new QueryCommand({
      TableName: operator.outputs.TicketsTable,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `ticket#${ticketId}` } },
    }),
  );
  const keyed = Items.map((item) => ({ sk: item['sk']?.S ?? '', decision: item['decision']?.S ?? '' }));
  const decisions = keyed.filter(({ sk }) => sk.startsWith('decision#'));
  return {
    decisions: new Map(decisions.map(({ sk, decision }) => [`${ticketId}#${sk.slice('decision#'.length)}`, decision])),
    outcomes: keyed.filter(({ sk }) => sk.startsWith('outcome#')).length,
  };
};

const withoutTopic = async (
  { operator }: RunningJourney,
  states: ReadonlyMap<string, TicketState>,
): Promise<readonly string[]> => {
  const scored = [...states].filter(([, { decision }]) => decision.embedding !== undefined).map(([id]) => id);
  if (scored.length === 0) return [];
  const table = operator.outputs.TopicsTable;
  const Keys = scored.map((id) => ({ pk: { S: `ticket#${id}` }, sk: { S: 'assignment' } }));
  const { Responses } = await operator.dynamoDb.send(
    new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
  );
  const assigned = new Set(Responses?.[table]?.map((item) => item['ticketId']?.S));
  return scored.filter((id) => !assigned.has(id)).map((id) => `${id} has no topic`);
};

const quarantinedOf = async (journey: RunningJourney, tickets: readonly SentTicket[]): Promise<readonly string[]> =>
  (await journey.quarantined())
    .filter(({ body }) => tickets.some(({ id }) => body.includes(id)))
    .map(({ code, reason }) => `quarantined as ${code}: ${reason}`);

const left = ({ cloud }: RunningJourney): readonly string[] =>
  cloud.engines.sqs.queueArns().flatMap((arn) => {
    const { messages } = cloud.engines.sqs.inspect(arn);
    return messages > 0 ? [`${messages} messages are left in ${arn.split(':').at(-1)}`] : [];
  });

/** The event log's objects since a time, each read once. */
export const logReader = ({ operator: { s3, outputs } }: RunningJourney) => {
  const seen = new Set<string>();
  return async (sinceMs: number): Promise<readonly { readonly key: string; readonly lines: readonly EventLogLine[] }[]> => {
    const objects: { readonly key: string; readonly lines: readonly EventLogLine[] }[] = [];
    const StartAfter = `events/dt=${new Date(sinceMs).toISOString().slice(0, 10)}`;
    const listing = { Bucket: outputs.DataBucket, Prefix: 'events/', StartAfter };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, listing)) {
      for (const { Key = '' } of Contents) {
        if (seen.has(Key)) continue;
        seen.add(Key);
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.DataBucket, Key }));
        const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString('utf8');
        const lines = text.split('\n').filter((one) => one !== '');
        objects.push({ key: Key, lines: lines.map((line) => eventLogLineSchema.parse(JSON.parse(line))) });
      }
    }
    return objects;
  };
};
