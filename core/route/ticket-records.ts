import type { Ticket } from '../event/ticket.ts';
import type { Receipt, StoredDecision, TicketState } from './arrival.ts';

/** What routing keeps of tickets. Every write is conditional, so that repeating it changes nothing. */
export interface TicketRecords {
  /** Keeps the receipt unless there is one under its key already; returns the one that was there. */
  keepReceipt(receipt: Receipt): Promise<Receipt | undefined>;
  /** Present states, read strongly consistent; a ticket that is not known is not in the map. */
  readStates(ticketIds: readonly string[]): Promise<ReadonlyMap<string, TicketState>>;
  readDecision(ticketId: string, decisionId: string): Promise<StoredDecision | undefined>;
  /** Keeps the decision and what is published of its ticket, unless there is one under its id already; returns the one that is stored now. */
  keepDecision(decision: StoredDecision, ticket: Ticket): Promise<StoredDecision>;
  /** Makes this the ticket's state unless an event of a later version or time was there first. */
  keepState(state: Omit<TicketState, 'settledByPerson'>): Promise<'stored' | 'superseded'>;
  /** Replaces a decision that was made without the model; not where a person, a newer event or another rescoring was first. */
  replaceDecision(decision: StoredDecision): Promise<'stored' | 'superseded'>;
}
