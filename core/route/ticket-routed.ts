import type { TicketRouted } from '../contracts/bus-event.ts';
import type { Ticket } from '../event/ticket.ts';
import type { StoredDecision } from './arrival.ts';

/** What of a ticket is published with a decision about it. */
export type PublishedTicket = Pick<Ticket, 'ticketId' | 'version' | 'orderKey' | 'time' | 'channel' | 'text'>;

/** The event that tells the world of a decision; its id is the decision's, so that repeats can be told. */
export const ticketRouted = (ticket: PublishedTicket, stored: StoredDecision): TicketRouted => ({
  id: stored.decision.id,
  ticketId: ticket.ticketId,
  version: ticket.version,
  orderKey: ticket.orderKey,
  time: ticket.time,
  channel: ticket.channel,
  text: ticket.text,
  decision: stored.decision,
  embedding: stored.embedding,
  embeddingSpace: stored.embeddingSpace,
});
