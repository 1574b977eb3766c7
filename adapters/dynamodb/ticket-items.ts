import { z } from 'zod';
import { carriedTextSchema, decisionSchema } from '../../core/contracts/bus-event.ts';
import { labelsSchema } from '../../core/contracts/ticket-event.ts';
import { eventKeyText } from '../../core/event/ticket.ts';
import type { EventKey, Ticket } from '../../core/event/ticket.ts';
import type { Outcome } from '../../core/learn/learn-from-outcomes.ts';
import type { Receipt, StoredDecision, TicketState } from '../../core/route/arrival.ts';
import type { PublishedTicket } from '../../core/route/ticket-routed.ts';
import { fromItem, text, toItem } from './attributes.ts';
import type { Item } from './attributes.ts';
import { StoredItemError } from './stored-item-error.ts';

// The items of the tickets table; docs/access-patterns.md lists who reads them.

const eventKeySchema = z.object({ source: z.string(), id: z.string() });

const receiptItemSchema = z.object({ contentHash: z.string(), eventKey: eventKeySchema });

/** The decision as JSON text: it is read and written as a whole, and nothing is ever asked of its parts. */
const decisionItemSchema = z.object({
  decision: z.string(),
  embedding: z.string().optional(),
  embeddingSpace: z.string().optional(),
});

/** A decision's own item also holds what is published of its ticket: the event can be made again when the ticket has gone on. */
const publishedTicketSchema = z.object({
  version: z.number(),
  time: z.string(),
  text: carriedTextSchema,
  channel: z.string().optional(),
});

const outcomeItemSchema = z.object({
  ticketId: z.string(),
  eventKey: eventKeySchema,
  orderKey: z.string(),
  time: z.string(),
  lesson: z.enum(['resolved', 'corrected', 'rated']),
  labels: labelsSchema,
  rating: z.number().optional(),
  handleTimeSeconds: z.number().optional(),
  reopened: z.boolean().optional(),
  resolvedBy: z.string().optional(),
  correctedBy: z.string().optional(),
});

const stateItemSchema = decisionItemSchema.extend({
  ticketId: z.string(),
  version: z.number(),
  time: z.string(),
  orderKey: z.string(),
  text: carriedTextSchema,
  channel: z.string().optional(),
  requester: z.string().optional(),
  language: z.string().optional(),
  eventKey: eventKeySchema,
  contentHash: z.string(),
  settledOrder: z.string().optional(),
});

export const receiptKey = (eventKey: EventKey): Item => ({ pk: text(`event#${eventKeyText(eventKey)}`), sk: text('receipt') });
export const outcomeKey = ({ ticketId, orderKey, eventKey }: Pick<Outcome, 'ticketId' | 'orderKey' | 'eventKey'>): Item => ({
  pk: text(`ticket#${ticketId}`),
  sk: text(`outcome#${orderKey}#${eventKeyText(eventKey)}`),
});
export const stateKey = (ticketId: string): Item => ({ pk: text(`ticket#${ticketId}`), sk: text('state') });
export const decisionKey = (ticketId: string, decisionId: string): Item => ({
  pk: text(`ticket#${ticketId}`),
  sk: text(`decision#${decisionId.slice(ticketId.length + 1)}`),
});

export const receiptItem = (receipt: Receipt, expiresAt: number): Item => ({
  ...receiptKey(receipt.eventKey),
  ...toItem({ contentHash: receipt.contentHash, eventKey: { ...receipt.eventKey }, expiresAt }),
});

/** Attributes of a state that not every version of a ticket has. */
export const OPTIONAL_ATTRIBUTES = ['embedding', 'embeddingSpace', 'channel', 'requester', 'language'] as const;

export const decisionAttributes = (stored: StoredDecision): Item =>
  toItem({
    decision: JSON.stringify(stored.decision),
    decisionAttempt: stored.decision.attempt,
    embedding: stored.embedding,
    embeddingSpace: stored.embeddingSpace,
  });

/** What a decision's own item holds of its ticket. */
export const publishedTicketAttributes = ({ version, time, text: carried, channel, eventKey }: Ticket): Item =>
  toItem({ version, time, text: { ...carried }, channel, eventKey: { ...eventKey } });

export const outcomeAttributes = ({ eventKey, labels, ...rest }: Outcome): Item =>
  toItem({ eventKey: { ...eventKey }, labels: { ...labels }, ...rest });

export const ticketAttributes = (ticket: Ticket): Item =>
  toItem({
    ticketId: ticket.ticketId,
    version: ticket.version,
    time: ticket.time,
    orderKey: ticket.orderKey,
    text: { ...ticket.text },
    channel: ticket.channel,
    requester: ticket.requester,
    language: ticket.language,
    eventKey: { ...ticket.eventKey },
    contentHash: ticket.contentHash,
  });

export const parseReceipt = (tableName: string, item: Item): Receipt => parse(tableName, item, receiptItemSchema);

export const parseStoredDecision = (tableName: string, item: Item): StoredDecision => {
  const { decision, embedding, embeddingSpace } = parse(tableName, item, decisionItemSchema);
  return { decision: parseDecision(tableName, item, decision), embedding, embeddingSpace };
};

/** A decision with what is published of its ticket. */
export const parsePublishedDecision = (
  tableName: string,
  item: Item,
): { readonly ticket: PublishedTicket; readonly stored: StoredDecision } => {
  const { version, time, text: carried, channel } = parse(tableName, item, publishedTicketSchema);
  const stored = parseStoredDecision(tableName, item);
  const { ticketId, orderKey } = stored.decision;
  return { ticket: { ticketId, orderKey, version, time, text: carried, channel }, stored };
};

export const parseOutcome = (tableName: string, item: Item): Outcome => {
  const { rating, handleTimeSeconds, reopened, resolvedBy, correctedBy, ...outcome } = parse(tableName, item, outcomeItemSchema);
  return { ...outcome, rating, handleTimeSeconds, reopened, resolvedBy, correctedBy };
};

export const parseState = (tableName: string, item: Item): TicketState => {
  const { decision, embedding, embeddingSpace, settledOrder, ...ticket } = parse(tableName, item, stateItemSchema);
  return {
    ticket: { ...ticket, channel: ticket.channel, requester: ticket.requester, language: ticket.language },
    decision: { decision: parseDecision(tableName, item, decision), embedding, embeddingSpace },
    settledByPerson: settledOrder !== undefined,
  };
};

const parseDecision = (tableName: string, item: Item, json: string): StoredDecision['decision'] => {
  try {
    return decisionSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new StoredItemError(tableName, keyOf(item), error);
  }
};

const parse = <T>(tableName: string, item: Item, schema: z.ZodType<T>): T => {
  const parsed = schema.safeParse(fromItem(item));
  if (!parsed.success) throw new StoredItemError(tableName, keyOf(item), parsed.error);
  return parsed.data;
};

const keyOf = (item: Item): string => `${item['pk']?.S ?? '?'}/${item['sk']?.S ?? '?'}`;
