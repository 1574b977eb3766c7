import type { Decision } from '../contracts/bus-event.ts';
import type { EventKey, Ticket } from '../event/ticket.ts';

/** What is kept of every event that was taken in, under its `source` and `id`. */
export interface Receipt {
  readonly eventKey: EventKey;
  readonly contentHash: string;
}

/** What is known of a ticket when an event arrives. */
export interface TicketState {
  readonly ticket: Ticket;
  readonly decision: StoredDecision;
  /** True once people have said where the ticket belongs. */
  readonly settledByPerson: boolean;
}

/** A decision with what the model returned beside it. */
export interface StoredDecision {
  readonly decision: Decision;
  readonly embedding: string | undefined;
  readonly embeddingSpace: string | undefined;
}

export type Arrival = 'new' | 'repeated' | 'late' | 'id-reused';

/**
 * Tells what an event is to us.
 * @param receipt what an earlier event under the same key left, if there was one
 * @param current the ticket's present state, if it has one
 */
export const classifyArrival = (ticket: Ticket, receipt: Receipt | undefined, current: TicketState | undefined): Arrival => {
  if (receipt && receipt.contentHash !== ticket.contentHash) return 'id-reused';
  if (current && current.ticket.orderKey > ticket.orderKey) return 'late';
  if (!current || current.ticket.orderKey < ticket.orderKey) return 'new';
  const sameEvent =
    current.ticket.eventKey.id === ticket.eventKey.id && current.ticket.eventKey.source === ticket.eventKey.source;
  return sameEvent ? 'repeated' : 'late';
};
