import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { TicketCreated, TicketUpdated } from '../../core/contracts/ticket-event.ts';
import { receiveTicketEvent } from '../../core/event/receive.ts';
import { sentence } from '../sentence.ts';
import { UsageError, UserError } from '../user-error.ts';

/** `source` of events that the command line makes. */
export const COMMAND_LINE_SOURCE = 'signalbox/command-line';

/** What a person says of a ticket; the rest of the event is made up. */
export interface TicketFields {
  readonly id?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly channel?: string;
  readonly requester?: string;
  readonly language?: string;
  readonly ticketVersion?: number;
}

/** An event of the ticket; version 1 is created, a later one updated. */
export const ticketEventOf = (fields: TicketFields, nowMs: number): TicketCreated | TicketUpdated => {
  const { id, subject = '', body, channel, requester, language, ticketVersion = 1 } = fields;
  if (body === undefined && subject === '') throw new UsageError('A ticket needs words: give --body, --subject, or --file.');
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: COMMAND_LINE_SOURCE,
    type: ticketVersion === 1 ? 'ticket.created.v1' : 'ticket.updated.v1',
    subject: id ?? `TICKET-${randomUUID().slice(0, 8)}`,
    time: new Date(nowMs).toISOString(),
    data: { version: ticketVersion, subject, body: body ?? '', channel, requester, language },
  };
};

const fieldsSchema = z.strictObject({
  id: z.string().optional(),
  subject: z.string().optional(),
  body: z.string().optional(),
  channel: z.string().optional(),
  requester: z.string().optional(),
  language: z.string().optional(),
  version: z.int().min(1).optional(),
});

/**
 * The message that a file's text stands for: a CloudEvent as it is, or an event of the fields id, subject, body, channel, requester,
 * language and version.
 * @throws UserError for what is neither
 */
export const messageOf = (text: string, nowMs: number): string => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError('The file is not JSON; give an object with subject and body, or a whole CloudEvent.', { cause: error });
  }
  if (typeof json === 'object' && json !== null && 'specversion' in json) return JSON.stringify(json);
  const parsed = fieldsSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
    throw new UserError(
      `The file is no ticket: ${problems.join('; ')}. Known are ${Object.keys(fieldsSchema.shape).join(', ')}.`,
    );
  }
  const { version, ...fields } = parsed.data;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return JSON.stringify(ticketEventOf({ ...given, ...(version !== undefined && { ticketVersion: version }) }, nowMs));
};

/**
 * What Signalbox would say of the message, before it is sent.
 * @returns the ticket's id
 * @throws UserError where it would be quarantined
 */
export const checkMessage = (message: string, nowMs: number): string => {
  const received = receiveTicketEvent(message, nowMs);
  if (received.kind === 'refused')
    throw new UserError(`Nothing was sent, it would be quarantined: ${sentence(received.reason.sentence)}`);
  return received.event.subject;
};
