import { paginateQuery } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { labelsSchema } from '../../core/contracts/ticket-event.ts';
import type { EventKey } from '../../core/event/ticket.ts';
import type { Outcome } from '../../core/learn/learn-from-outcomes.ts';
import type { StoredDecision, TicketState } from '../../core/route/arrival.ts';
import type { PublishedTicket } from '../../core/route/ticket-routed.ts';
import { fromItem, text } from './attributes.ts';
import type { Item } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';
import { parseOutcome, parsePublishedDecision, parseState } from './ticket-items.ts';

/** Everything that is stored of one ticket, each list in the order of its events. */
export interface TicketHistory {
  readonly state: TicketState;
  /** Head → label as people settled it; undefined until they did. */
  readonly settledLabels: Readonly<Record<string, string>> | undefined;
  /** Order key of the outcome that they are from. */
  readonly settledOrder: string | undefined;
  readonly decisions: readonly DecidedEvent[];
  readonly outcomes: readonly Outcome[];
}

/** A decision with the version of the ticket that it is about. */
export interface DecidedEvent {
  readonly ticket: PublishedTicket;
  readonly eventKey: EventKey;
  readonly stored: StoredDecision;
}

const eventKeySchema = z.object({ eventKey: z.object({ source: z.string(), id: z.string() }) });
const settledSchema = z.object({ settledLabels: labelsSchema.optional(), settledOrder: z.string().optional() });

/**
 * Reads one ticket from the tickets table, strongly consistent; undefined where nothing is known of it.
 * @throws StoredItemError where an item is not as it was written
 */
export const readTicketHistory = async (
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  ticketId: string,
): Promise<TicketHistory | undefined> => {
  const items: Item[] = [];
  const query = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': text(`ticket#${ticketId}`) },
  };
  for await (const page of paginateQuery({ client }, query)) items.push(...(page.Items ?? []));
  const of = (prefix: string): readonly Item[] => items.filter((item) => item['sk']?.S?.startsWith(prefix));
  const state = items.find((item) => item['sk']?.S === 'state');
  if (!state) return undefined;
  const parse = <T>(schema: z.ZodType<T>, item: Item): T => {
    const parsed = schema.safeParse(fromItem(item));
    if (!parsed.success) throw new StoredItemError(tableName, `ticket#${ticketId}/${item['sk']?.S ?? '?'}`, parsed.error);
    return parsed.data;
  };
  const settled = parse(settledSchema, state);
  return {
    state: parseState(tableName, state),
    settledLabels: settled.settledLabels,
    settledOrder: settled.settledOrder,
    decisions: of('decision#').map((item) => ({
      ...parsePublishedDecision(tableName, item),
      eventKey: parse(eventKeySchema, item).eventKey,
    })),
    outcomes: of('outcome#').map((item) => parseOutcome(tableName, item)),
  };
};
