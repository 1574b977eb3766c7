import type { InboundMessage } from '../../core/ports.ts';

/** When the tests of the journey take place. */
export const NOW_MS = Date.UTC(2026, 10, 22, 10, 0, 0);

interface EventFields {
  readonly id?: string;
  readonly source?: string;
  readonly type?: string;
  readonly ticketId?: string;
  readonly time?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Further members of the event, or others in place of its own. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A `ticket.created.v1` event of version 1, an hour old, as JSON text; fields say what is different about it. */
export const ticketEvent = ({ ticketId = 'T-1', data = {}, members = {}, ...fields }: EventFields = {}): string =>
  JSON.stringify({
    specversion: '1.0',
    id: `${ticketId}/created`,
    source: 'desk',
    type: 'ticket.created.v1',
    subject: ticketId,
    time: new Date(NOW_MS - 3_600_000).toISOString(),
    ...fields,
    data: { version: 1, subject: 'Refund', body: 'Where is my refund?', ...data },
    ...members,
  });

/** A `ticket.resolved.v1` event as JSON text. */
export const outcomeEvent = ({ ticketId = 'T-1', data = {}, members = {}, ...fields }: EventFields = {}): string =>
  JSON.stringify({
    specversion: '1.0',
    id: `${ticketId}/resolved`,
    source: 'desk',
    type: 'ticket.resolved.v1',
    subject: ticketId,
    time: new Date(NOW_MS - 60_000).toISOString(),
    ...fields,
    data: { version: 1, labels: { team: 'billing' }, ...data },
    ...members,
  });

let messages = 0;

/** A message as a queue delivers it, with an id of its own. */
export const message = (body: string, fields: Partial<InboundMessage> = {}): InboundMessage => ({
  messageId: `message-${(messages += 1)}`,
  body,
  sentAtMs: NOW_MS - 1_000,
  receiveCount: 1,
  ...fields,
});
