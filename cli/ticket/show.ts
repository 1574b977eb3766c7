import { readTicketHistory } from '../../adapters/dynamodb/ticket-history.ts';
import type { TicketHistory } from '../../adapters/dynamodb/ticket-history.ts';
import { readTicketTopic } from '../../adapters/dynamodb/ticket-topic.ts';
import type { OnStage } from '../stage/stage-leaf.ts';
import type { Stage } from '../stage/reach-stage.ts';
import { UserError } from '../user-error.ts';
import { ticketText } from './print-ticket.ts';
import { shownTicket } from './timeline.ts';

export const historyOf = ({ dynamoDb, outputs }: Stage, ticketId: string): Promise<TicketHistory | undefined> =>
  readTicketHistory({ client: dynamoDb, tableName: outputs.TicketsTable }, ticketId);

/** @throws UserError where the stage does not know the ticket */
export const knownHistory = async (stage: Stage, ticketId: string): Promise<TicketHistory> => {
  const history = await historyOf(stage, ticketId);
  if (history) return history;
  throw new UserError(
    `Stage ${stage.name} has not seen ticket ${ticketId}. It may wait in its queue, be in quarantine (\`signalbox quarantine list\`), or be past its retention.`,
  );
};

export const showTicket = async ({ stage, print }: OnStage, ticketId: string): Promise<void> => {
  await printTicket({ stage, print }, await knownHistory(stage, ticketId));
};

export const printTicket = async ({ stage, print }: Pick<OnStage, 'stage' | 'print'>, history: TicketHistory): Promise<void> => {
  const table = { client: stage.dynamoDb, tableName: stage.outputs.TopicsTable };
  const shown = shownTicket(history, await readTicketTopic(table, history.state.ticket.ticketId));
  print(shown, () => ticketText(shown));
};
