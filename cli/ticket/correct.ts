import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { TicketCorrected } from '../../core/contracts/ticket-event.ts';
import { receiveOutcomeEvent } from '../../core/event/receive.ts';
import { sentence } from '../sentence.ts';
import type { OnStage } from '../stage/stage-leaf.ts';
import { UsageError, UserError } from '../user-error.ts';
import { historyOf, knownHistory, printTicket } from './show.ts';
import { COMMAND_LINE_SOURCE } from './ticket-event-of.ts';
import { waitFor, WAIT_SECONDS } from './wait-for.ts';

export interface CorrectOptions {
  readonly team?: string;
  readonly workflow?: string;
  /** Further heads. */
  readonly label?: Readonly<Record<string, string>>;
  readonly by: string;
  readonly wait?: true;
}

/** Says where a ticket belongs, as an event on the outcomes queue; docs/decisions/015 says whom that overrides. */
export const correctTicket = async (
  { stage, print, confirm }: OnStage,
  ticketId: string,
  { team, workflow, label = {}, by, wait }: CorrectOptions,
): Promise<void> => {
  const labels = { ...label, ...(team !== undefined && { team }), ...(workflow !== undefined && { workflow }) };
  if (Object.keys(labels).length === 0) throw new UsageError('Say what is right: --team, --workflow or --label HEAD=LABEL.');
  const { state } = await knownHistory(stage, ticketId);
  const nowMs = await stage.now();
  const event: TicketCorrected = {
    specversion: '1.0',
    id: randomUUID(),
    source: COMMAND_LINE_SOURCE,
    type: 'ticket.corrected.v1',
    subject: ticketId,
    time: new Date(nowMs).toISOString(),
    data: { version: state.ticket.version, labels, correctedBy: by },
  };
  const message = JSON.stringify(event);
  const received = receiveOutcomeEvent(message, nowMs);
  if (received.kind === 'refused') throw new UserError(`Nothing was sent: ${sentence(received.reason.sentence)}`);
  const named = Object.entries(labels).map(([head, value]) => `${head} ${value}`);
  await confirm(`correct ticket ${ticketId} to ${named.join(', ')}`);
  await stage.sqs.send(new SendMessageCommand({ QueueUrl: stage.outputs.OutcomesQueueUrl, MessageBody: message }));
  if (!wait) {
    print(
      { ticketId, eventId: event.id, labels, by },
      () => `${ticketId} was corrected to ${named.join(', ')}; it is taken in shortly`,
    );
    return;
  }
  const taken = await waitFor(async () => {
    const history = await historyOf(stage, ticketId);
    const own = history?.outcomes.find(({ eventKey }) => eventKey.id === event.id);
    // The outcome is stored first, and then noted on the ticket; a later one may be noted there already.
    return own !== undefined && (history?.settledOrder ?? '') >= own.orderKey ? history : undefined;
  });
  if (!taken)
    throw new UserError(`The correction was sent, and not taken in within ${WAIT_SECONDS} s; see \`signalbox status\`.`);
  await printTicket({ stage, print }, taken);
};
