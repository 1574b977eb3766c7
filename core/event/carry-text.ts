import type { CarriedText } from '../contracts/bus-event.ts';
import { MAX_CARRIED_TEXT_BYTES } from '../contracts/ticket-event.ts';

/** Longest part of a subject that is carried, in characters: mail subjects are below 1,000 (RFC 5322, 2.1.1). */
const MAX_SUBJECT_CHARACTERS = 1_000;

export interface CutText {
  readonly carried: CarriedText;
  /** The whole text where it had to be cut, to be stored under `carried.ref`. */
  readonly whole: string | undefined;
}

/** Cuts a text to what table items and events carry; `refKey` is where the whole of it will lie. */
export const cutToCarry = (subject: string, body: string, refKey: string): CutText => {
  const bytes = new TextEncoder().encode(body);
  if (bytes.length <= MAX_CARRIED_TEXT_BYTES && subject.length <= MAX_SUBJECT_CHARACTERS) {
    return { carried: { subject, body }, whole: undefined };
  }
  // As one piece of a stream, a character that the cut goes through is waited for and not given out.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const cut = decoder.decode(bytes.subarray(0, MAX_CARRIED_TEXT_BYTES), { stream: true });
  const carried = {
    subject: subject.slice(0, MAX_SUBJECT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, ''),
    body: bytes.length <= MAX_CARRIED_TEXT_BYTES ? body : cut,
    ref: refKey,
  };
  return { carried, whole: `${subject}\n${body}` };
};
