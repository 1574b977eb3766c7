import { lessonId } from '../../core/learn/learn-from-outcomes.ts';
import type { OutcomeRecords } from '../../core/learn/learn-from-outcomes.ts';
import { toItem } from './attributes.ts';
import { factAttributes } from './fact-hours.ts';
import { outcomeAttributes, outcomeKey, stateKey } from './ticket-items.ts';
import { keepReceipt, putUnlessThere, readStates, update } from './ticket-records.ts';
import type { TicketTable } from './ticket-records.ts';

/** What learning keeps in the tickets table. */
export const dynamoDbOutcomeRecords = (table: TicketTable): OutcomeRecords => ({
  keepReceipt: (receipt) => keepReceipt(table, receipt),
  async readTickets(ticketIds) {
    const states = await readStates(table, ticketIds);
    return new Map(Array.from(states, ([ticketId, state]) => [ticketId, state.ticket]));
  },
  async keepOutcome(outcome) {
    // The first try's item stays, and with it the hour in which the fact is looked for.
    await putUnlessThere(table, {
      ...outcomeKey(outcome),
      ...outcomeAttributes(outcome),
      ...factAttributes('ticket.learned', lessonId(outcome), table.clock.now()),
    });
  },
  async settle(outcome) {
    await update(
      table,
      stateKey(outcome.ticketId),
      toItem({ settledOrder: outcome.orderKey, settledLabels: { ...outcome.labels } }),
      ['attribute_exists(pk) AND (attribute_not_exists(settledOrder) OR settledOrder < :settledOrder)', {}],
    );
  },
});
