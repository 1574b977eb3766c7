import type { TicketTexts } from '../../core/topic/topic-records.ts';
import { readStates } from './ticket-records.ts';
import type { TicketTable } from './ticket-records.ts';

/** Texts out of the tickets' states, a hundred at a time. */
export const dynamoDbTicketTexts = (table: TicketTable): TicketTexts => ({
  readTexts: async (ticketIds) => {
    const states = await readStates(table, ticketIds);
    return new Map(Array.from(states, ([id, { ticket }]) => [id, ticket.text]));
  },
});
