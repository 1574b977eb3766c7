import { paginateQuery } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { FACT_TYPES } from '../../core/archive/stored-facts.ts';
import type { StoredFact, StoredFacts } from '../../core/archive/stored-facts.ts';
import type { BusEvent } from '../../core/contracts/bus-event.ts';
import { lessonFrom } from '../../core/learn/learn-from-outcomes.ts';
import { ticketRouted } from '../../core/route/ticket-routed.ts';
import { fromItem, text } from './attributes.ts';
import type { Item } from './attributes.ts';
import { FACT_HOUR_INDEX, partitionsOf } from './fact-hours.ts';
import { StoredItemError } from './stored-item-error.ts';
import { parseOutcome, parsePublishedDecision, parseState, stateKey } from './ticket-items.ts';
import { readItems } from './ticket-records.ts';

export interface FactTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

const indexedSchema = z.object({ pk: z.string(), sk: z.string(), factId: z.string() });
const keySchema = z.tuple([z.string(), z.string()]);

/** Decisions and outcomes of the tickets table, by the hour in which they were stored. */
export const dynamoDbStoredFacts = (table: FactTable): StoredFacts => ({
  byHour: (day) => partitionsOf(day).map((partitions) => factsIn(table, partitions)),
  async eventsOf(facts) {
    const keys = facts.map(({ at }) => keySchema.parse(JSON.parse(at)));
    const states = facts.flatMap(({ type }, i) => (type === 'ticket.learned' ? [keys[i]![0]] : []));
    const items = new Map(
      (
        await readItems(table, [
          ...keys.map(([pk, sk]) => ({ pk: text(pk), sk: text(sk) })),
          ...[...new Set(states)].map((pk) => ({ pk: text(pk), sk: stateKey('')['sk']! })),
        ])
      ).map((item) => [refOf(item), item]),
    );
    const events = new Map<string, BusEvent>();
    for (const [i, { type, id }] of facts.entries()) {
      const [pk, sk] = keys[i]!;
      const item = items.get(JSON.stringify([pk, sk]));
      const state = items.get(JSON.stringify([pk, 'state']));
      const event = item && readable(() => (type === 'ticket.routed' ? routed(table, item) : learned(table, item, state)));
      if (event) events.set(id, event);
    }
    return events;
  },
});

async function* factsIn({ client, tableName }: FactTable, partitions: readonly string[]): AsyncGenerator<StoredFact> {
  for (const partition of partitions) {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        IndexName: FACT_HOUR_INDEX,
        KeyConditionExpression: 'factHour = :partition',
        ExpressionAttributeValues: { ':partition': text(partition) },
      },
    );
    for await (const page of pages) for (const item of page.Items ?? []) yield factOf(tableName, item);
  }
}

const factOf = (tableName: string, item: Item): StoredFact => {
  const { success, data, error } = indexedSchema.safeParse(fromItem(item));
  const type = FACT_TYPES.find((one) => data?.factId.startsWith(`${one}#`));
  if (!success || type === undefined) throw new StoredItemError(tableName, refOf(item), error);
  return { type, id: data.factId.slice(type.length + 1), at: JSON.stringify([data.pk, data.sk]) };
};

const routed = ({ tableName }: FactTable, item: Item): BusEvent => {
  const { ticket, stored } = parsePublishedDecision(tableName, item);
  return { type: 'ticket.routed', detail: ticketRouted(ticket, stored) };
};

const learned = ({ tableName }: FactTable, item: Item, state: Item | undefined): BusEvent | undefined =>
  state && { type: 'ticket.learned', detail: lessonFrom(parseOutcome(tableName, item), parseState(tableName, state).ticket) };

/** An item that is not as it should be keeps no other from being published. */
const readable = (read: () => BusEvent | undefined): BusEvent | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoredItemError) return undefined;
    throw error;
  }
};

const refOf = (item: Item): string => JSON.stringify([item['pk']?.S, item['sk']?.S]);
