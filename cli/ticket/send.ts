import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { readText } from '../stage/read-text.ts';
import type { OnStage } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import { UsageError, UserError } from '../user-error.ts';
import { historyOf, printTicket } from './show.ts';
import { checkMessage, messageOf, ticketEventOf } from './ticket-event-of.ts';
import type { TicketFields } from './ticket-event-of.ts';
import { waitFor, WAIT_SECONDS } from './wait-for.ts';

export interface SendOptions extends TicketFields {
  /** `-` is standard input. */
  readonly file?: string;
  /** Send it as it is, also where it would be quarantined. */
  readonly unchecked?: true;
  /** Print the ticket once it is decided. */
  readonly wait?: true;
}

export const sendTicket = async (
  { stage, print, confirm }: OnStage,
  { file, unchecked, wait, ...fields }: SendOptions,
  around: StageSurroundings,
): Promise<void> => {
  if (file !== undefined && Object.keys(fields).length > 0)
    throw new UsageError('A ticket comes from --file or from options, not from both.');
  if (unchecked && wait) throw new UsageError('What was not checked may never be decided: leave --wait out.');
  const nowMs = await stage.now();
  const text = file === undefined ? undefined : await readText(file, around);
  const message = messageFrom(text, unchecked, fields, nowMs);
  const ticketId = unchecked ? undefined : checkMessage(message, nowMs);
  await confirm(`send ${ticketId === undefined ? 'a message that was not checked' : `ticket ${ticketId}`}`);
  const { MessageId } = await stage.sqs.send(
    new SendMessageCommand({ QueueUrl: stage.outputs.TicketsQueueUrl, MessageBody: message }),
  );
  if (wait && ticketId !== undefined) {
    const eventId = idOf(message);
    const decided = await waitFor(async () => {
      const history = await historyOf(stage, ticketId);
      return history?.decisions.some(({ eventKey }) => eventKey.id === eventId) ? history : undefined;
    });
    if (decided) return printTicket({ stage, print }, decided);
    throw new UserError(
      `Ticket ${ticketId} was sent, and not decided within ${WAIT_SECONDS} s; \`signalbox status\` says what waits, and \`ticket show ${ticketId}\` what became of it.`,
    );
  }
  print({ ticketId: ticketId ?? null, messageId: MessageId }, () =>
    ticketId === undefined
      ? `sent as message ${MessageId}`
      : `ticket ${ticketId} was sent as message ${MessageId}; see what becomes of it with: ticket show ${ticketId}`,
  );
};

const messageFrom = (text: string | undefined, unchecked: true | undefined, fields: TicketFields, nowMs: number): string => {
  if (text === undefined) return JSON.stringify(ticketEventOf(fields, nowMs));
  return unchecked ? text : messageOf(text, nowMs);
};

const idOf = (message: string): unknown => (JSON.parse(message) as { readonly id?: unknown }).id;
