import type { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { MAX_EVENT_BYTES, outcomeEventSchemas, ticketEventSchemas } from '../contracts/ticket-event.ts';
import type { TicketCorrected, TicketCreated, TicketRated, TicketResolved, TicketUpdated } from '../contracts/ticket-event.ts';
import { sha256 } from '../sha256.ts';
import { isNestedWithin, MAX_NESTING, redactJson } from './redact-json.ts';
import { redact } from './redact.ts';

/** Event times further ahead than this are wrong, not merely from a clock that is a little fast. */
export const MAX_CLOCK_SKEW_MS = 10 * 60_000;

export type QuarantineCode =
  | 'not-json'
  | 'not-an-event'
  | 'unknown-event-type'
  | 'invalid-field'
  | 'too-large'
  | 'time-in-future'
  | 'id-reused'
  | 'unknown-ticket'
  | 'not-processable';

/** Why a message was set aside: a code for machines, a sentence for the person who has to mend it. */
export interface QuarantineReason {
  readonly code: QuarantineCode;
  readonly sentence: string;
}

export type Received<E> =
  | { readonly kind: 'accepted'; readonly event: E; readonly contentHash: string }
  | { readonly kind: 'refused'; readonly reason: QuarantineReason };

const refused = (code: QuarantineCode, sentence: string): { readonly kind: 'refused'; readonly reason: QuarantineReason } => ({
  kind: 'refused',
  reason: { code, sentence },
});

/** Parses and redacts a message of the tickets queue. Never throws: what cannot be taken in is refused with its reason. */
export const receiveTicketEvent = (body: string, nowMs: number): Received<TicketCreated | TicketUpdated> =>
  receive<TicketCreated | TicketUpdated>(body, nowMs, ticketEventSchemas);

/** Parses and redacts a message of the outcomes queue. Never throws: what cannot be taken in is refused with its reason. */
export const receiveOutcomeEvent = (body: string, nowMs: number): Received<OutcomeEvent> =>
  receive<OutcomeEvent>(body, nowMs, outcomeEventSchemas);

export type OutcomeEvent = TicketResolved | TicketCorrected | TicketRated;

interface Event {
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: object;
}

/** What makes an event another one. Not its extensions: a tool that sends an event again may send it under another trace. */
const contentHashOf = ({ type, subject, time, data }: Event): string => sha256(canonicalJson({ type, subject, time, data }));

const receive = <E extends Event>(body: string, nowMs: number, schemas: Readonly<Record<string, z.ZodType<E>>>): Received<E> => {
  const bytes = new TextEncoder().encode(body).length;
  if (bytes > MAX_EVENT_BYTES) {
    return refused(
      'too-large',
      `The message has ${bytes} bytes; at most ${MAX_EVENT_BYTES} are taken in. Send long attachments by reference.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // The parser's own message quotes the text, which may not go into a log.
    return refused('not-json', `The message (${bytes} bytes) is not JSON; a CloudEvents 1.0 event in JSON is expected.`);
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    return refused('not-an-event', 'The message is JSON, but not an object; a CloudEvents 1.0 event in JSON is expected.');
  }
  if (!isNestedWithin(json, MAX_NESTING)) {
    return refused('not-an-event', `The message is JSON nested deeper than ${MAX_NESTING} levels; an event has few.`);
  }
  const type = 'type' in json ? json.type : undefined;
  if (typeof type !== 'string') {
    return refused('not-an-event', 'The message has no `type`; a CloudEvents 1.0 event in JSON is expected.');
  }
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (!schema) {
    return refused(
      'unknown-event-type',
      `The event type ${TYPE_NAME.test(type) ? `"${redact(type)}" ` : ''}is not known here; known are ${Object.keys(schemas).join(', ')}.`,
    );
  }
  const parsed = schema.safeParse(redactEvent(json));
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 3).map((issue) => `\`${issue.path.join('.') || 'event'}\`: ${issue.message}`);
    return refused('invalid-field', `The ${type} event is not valid: ${problems.join('; ')}.`);
  }
  const timeMs = Date.parse(parsed.data.time);
  if (timeMs > nowMs + MAX_CLOCK_SKEW_MS) {
    const aheadMinutes = Math.round((timeMs - nowMs) / 60_000);
    return refused(
      'time-in-future',
      `The event's time ${parsed.data.time} lies ${aheadMinutes} minutes in the future; check the sender's clock.`,
    );
  }
  return { kind: 'accepted', event: parsed.data, contentHash: contentHashOf(parsed.data) };
};

/** What stands in `type` by mistake may be a ticket's text, which may not go into a log. */
const TYPE_NAME = /^[\w./:-]{1,100}$/;

/** Keys by which events are found and ordered stay as they are; all other text of the event is redacted. */
const IDENTITY_FIELDS = new Set(['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype']);

const redactEvent = (event: object): unknown =>
  Object.fromEntries(Object.entries(event).map(([name, value]) => [name, IDENTITY_FIELDS.has(name) ? value : redactJson(value)]));
