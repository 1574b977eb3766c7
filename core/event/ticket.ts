import type { CarriedText } from '../contracts/bus-event.ts';

/** A ticket at one version as Signalbox knows it: parsed, redacted, its text cut to what items and events carry. */
export interface Ticket {
  readonly ticketId: string;
  readonly version: number;
  /** Event time as ISO 8601 in UTC. */
  readonly time: string;
  /** Orders all events of a ticket: its version, then its time. */
  readonly orderKey: string;
  readonly text: CarriedText;
  readonly channel: string | undefined;
  readonly requester: string | undefined;
  readonly language: string | undefined;
  /** `source` and `id` of the event that brought it. */
  readonly eventKey: EventKey;
  /** SHA-256 of the redacted event: tells a repeat from another event under the same id. */
  readonly contentHash: string;
}

export interface EventKey {
  readonly source: string;
  readonly id: string;
}

/** One text for an event's key. Sources are URI references and may hold a `#` themselves: theirs are escaped. */
export const eventKeyText = ({ source, id }: EventKey): string => `${source.replaceAll(/[%#]/g, encodeURIComponent)}#${id}`;

/** Version first, padded to ten digits, then the time: compares as text in the order of the events. */
export const orderKeyOf = (version: number, time: string): string => `${String(version).padStart(10, '0')}#${time}`;

/** What models read: subject and body, one after the other. */
export const modelText = (text: CarriedText): string => (text.subject === '' ? text.body : `${text.subject}\n${text.body}`);

/** Digits that are part of an emoji, such as a key with a 1 on it. */
const KEYCAPS = /[0-9]\uFE0F?\u20E3/gu;

/** False where there is nothing to judge by: no letter and no digit of any script. */
export const hasWords = ({ subject, body }: CarriedText): boolean =>
  /[\p{L}\p{N}]/u.test(`${subject} ${body}`.replaceAll(KEYCAPS, ''));
