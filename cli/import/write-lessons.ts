import type { EventLogWriter } from '../../core/archive/event-log.ts';
import type { EventLogLine, TicketLearned } from '../../core/contracts/bus-event.ts';
import { dayOf } from '../../core/days.ts';
import { cutToCarry } from '../../core/event/carry-text.ts';
import { redact } from '../../core/event/redact.ts';

/** What is known of a ticket of the past, as somebody wrote it. */
export interface PastTicket {
  readonly eventId: string;
  readonly ticketId: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly subject: string;
  readonly body: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When the source was written, ISO 8601 in UTC. */
  readonly recordedAt?: string;
}

/** A ticket of the past as training reads it: redacted, cut to what events carry, filed under the day when it happened. */
export const lessonLine = ({ eventId, ticketId, time, subject, body, labels, recordedAt }: PastTicket): EventLogLine => {
  const { carried } = cutToCarry(redact(subject), redact(body), '');
  const detail: TicketLearned = {
    id: eventId,
    ticketId,
    time,
    text: { subject: carried.subject, body: carried.body },
    labels: { ...labels },
    lesson: 'imported',
    ...(recordedAt !== undefined && { recordedAt }),
  };
  return { id: eventId, type: 'ticket.learned', time, detail: { ...detail } };
};

/** Readers unpack an object as a whole. */
const MOST_LINES_PER_OBJECT = 5_000;
const MOST_CHARACTERS_PER_OBJECT = 4_000_000;
/** Of all days together; a file that is not sorted by time fills many at once. */
const MOST_CHARACTERS_HELD = 32_000_000;
/** What a line has beside its text. */
const ENVELOPE_CHARACTERS = 500;
const MOST_WRITES = 4;

export interface LessonWriter {
  readonly add: (line: EventLogLine) => Promise<void>;
  /** Writes what is held, and waits for all that is under way. */
  readonly end: () => Promise<{ readonly lines: number; readonly objects: number }>;
}

interface Held {
  readonly lines: EventLogLine[];
  characters: number;
}

/**
 * Writes lessons into the event log in bounded memory, many to an object. The same lessons in the same order make the same objects:
 * to write them again changes nothing.
 */
export const lessonWriter = (log: EventLogWriter): LessonWriter => {
  const days = new Map<string, Held>();
  const underWay = new Set<Promise<void>>();
  const failed: unknown[] = [];
  const done = { lines: 0, objects: 0, held: 0 };

  const write = async (day: string, { lines, characters }: Held): Promise<void> => {
    days.delete(day);
    done.held -= characters;
    if (underWay.size >= MOST_WRITES) await Promise.race(underWay);
    if (failed.length > 0) throw failed[0];
    const writing = append(lines).finally(() => underWay.delete(writing));
    underWay.add(writing);
  };

  /** Never rejects: what failed is thrown by the next call. */
  const append = async (lines: readonly EventLogLine[]): Promise<void> => {
    try {
      const keys = await log.append(lines);
      done.lines += lines.length;
      done.objects += keys.length;
    } catch (error) {
      failed.push(error);
    }
  };

  return {
    add: async (line) => {
      const day = dayOf(line.time);
      const held = days.get(day) ?? { lines: [], characters: 0 };
      days.set(day, held);
      const characters = ENVELOPE_CHARACTERS + charactersOf(line);
      held.lines.push(line);
      held.characters += characters;
      done.held += characters;
      if (held.lines.length >= MOST_LINES_PER_OBJECT || held.characters >= MOST_CHARACTERS_PER_OBJECT) await write(day, held);
      else if (done.held >= MOST_CHARACTERS_HELD) await write(...fullest(days));
    },
    end: async () => {
      for (const [day, held] of days) await write(day, held);
      await Promise.all(underWay);
      if (failed.length > 0) throw failed[0];
      return { lines: done.lines, objects: done.objects };
    },
  };
};

const charactersOf = ({ detail }: EventLogLine): number => {
  const { text } = detail as { readonly text?: { readonly subject: string; readonly body: string } };
  return (text?.subject.length ?? 0) + (text?.body.length ?? 0);
};

const fullest = (days: ReadonlyMap<string, Held>): readonly [string, Held] =>
  [...days].reduce((most, one) => (one[1].characters > most[1].characters ? one : most));
