import { busEnvelopeSchema } from '../contracts/bus-event.ts';
import type { EventLogLine } from '../contracts/bus-event.ts';
import type { InboundMessage } from '../ports.ts';
import type { EventLogWriter } from './event-log.ts';

/** What became of one message. */
export type ArchiveOutcome =
  | { readonly kind: 'archived'; readonly messageId: string }
  | { readonly kind: 'retry'; readonly messageId: string; readonly error: unknown };

/** Writes a batch of bus events to the event log. */
export const createArchiveEvents =
  (deps: { readonly log: EventLogWriter }) =>
  async (messages: readonly InboundMessage[]): Promise<readonly ArchiveOutcome[]> => {
    const lines = messages.map(({ messageId, body }) => ({ messageId, line: lineFrom(body) }));
    const unreadable = lines
      .filter(({ line }) => line === undefined)
      .map(({ messageId }) => retry(messageId, new Error(NOT_AN_EVENT)));
    const readable = lines.flatMap(({ messageId, line }) => (line ? [{ messageId, line }] : []));
    if (readable.length === 0) return unreadable;
    try {
      await deps.log.append(readable.map(({ line }) => line));
      return [...unreadable, ...readable.map(({ messageId }): ArchiveOutcome => ({ kind: 'archived', messageId }))];
    } catch (error) {
      return [...unreadable, ...readable.map(({ messageId }) => retry(messageId, error))];
    }
  };

const NOT_AN_EVENT = 'not a bus event; after its last try the message stays in the dead-letter queue';

const retry = (messageId: string, error: unknown): ArchiveOutcome => ({ kind: 'retry', messageId, error });

const lineFrom = (body: string): EventLogLine | undefined => {
  try {
    const envelope = busEnvelopeSchema.parse(JSON.parse(body));
    const { detail } = envelope;
    if (detail === null || typeof detail !== 'object' || Array.isArray(detail)) return undefined;
    // Publishing again gives a new envelope; the event's own id is what readers tell repeats by.
    const id = 'id' in detail && typeof detail.id === 'string' ? detail.id : envelope.id;
    return { id, type: envelope['detail-type'], time: new Date(envelope.time).toISOString(), detail: { ...detail } };
  } catch {
    return undefined;
  }
};
