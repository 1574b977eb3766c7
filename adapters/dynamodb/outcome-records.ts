import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { OutcomeRecords } from '../../core/learn/learn-from-outcomes.ts';
import { toItem } from './attributes.ts';
import { outcomeKey, stateKey } from './ticket-items.ts';
import { keepReceipt, readStates, update } from './ticket-records.ts';
import type { TicketTable } from './ticket-records.ts';

/** What learning keeps in the tickets table. */
export const dynamoDbOutcomeRecords = (table: TicketTable): OutcomeRecords => ({
  keepReceipt: (receipt) => keepReceipt(table, receipt),
  async readTickets(ticketIds) {
    const states = await readStates(table, ticketIds);
    return new Map(Array.from(states, ([ticketId, state]) => [ticketId, state.ticket]));
  },
  async keepOutcome(outcome) {
    const { eventKey, ticketId, labels, ...rest } = outcome;
    await table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: {
          ...outcomeKey(outcome),
          ...toItem({ ticketId, eventKey: { ...eventKey }, labels: { ...labels }, ...rest }),
          ...toItem({ expiresAt: Math.floor(table.clock.now() / 1_000) + table.retentionDays * 86_400 }),
        },
      }),
    );
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
