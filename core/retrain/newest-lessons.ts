import type { EventPlace } from '../archive/event-log.ts';
import type { LabelMap } from '../labels/label-map.ts';
import { sha256 } from '../sha256.ts';
import type { Lesson } from './training-example.ts';

/** What is remembered of a ticket until its text is read again. */
export interface RememberedLesson {
  readonly ticketId: string;
  readonly time: string;
  /** In names of today; undefined where no label of it is left. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly place: EventPlace;
}

/** What of a log fits a training, the oldest ticket first. */
export interface ChosenLessons {
  readonly lessons: readonly RememberedLesson[];
  /** Lessons about tickets that are older than these; some that a later one of a chosen ticket has replaced may be counted with them. */
  readonly older: number;
}

export interface MostLessons {
  readonly tickets: number;
  /** Of the texts of all tickets together. */
  readonly characters: number;
}

export interface NewestLessons {
  readonly add: (lesson: Extract<Lesson, { readonly kind: 'example' }>, place: EventPlace) => void;
  readonly choose: () => ChosenLessons;
}

interface Remembered extends RememberedLesson {
  readonly timeMs: number;
  readonly recordedAt: string;
  readonly characters: number;
  /** About this ticket, this one included. */
  readonly lessons: number;
  /** Made when two times are equal. */
  tieBreak?: string;
}

/**
 * Chooses the newest tickets out of any number of lessons, in memory for twice as many as it keeps. Of each ticket the latest lesson
 * counts, and of two of one time the one that was recorded later. The order in which they come does not matter.
 */
export const newestLessons = (most: MostLessons, labels: LabelMap): NewestLessons => {
  let known = new Map<string, Remembered>();
  let oldestMs = Number.NEGATIVE_INFINITY;
  let seen = 0;
  const sameLabels = new Map<string, Readonly<Record<string, string>>>();
  const labelsOfToday = (given: Readonly<Record<string, string>>, time: string): RememberedLesson['labels'] => {
    const today = labels.historic(given, time);
    const entries = Object.entries(today);
    if (entries.length === 0) return undefined;
    // Few combinations stand for all tickets: one object each.
    const key = JSON.stringify(entries);
    const shared = sameLabels.get(key) ?? { ...today };
    sameLabels.set(key, shared);
    return shared;
  };
  const newest = (): readonly Remembered[] => Array.from(known.values()).toSorted(byAge).slice(-most.tickets);
  const forgetOld = (): void => {
    const kept = newest();
    known = new Map(kept.map((one) => [one.ticketId, one]));
    oldestMs = kept[0]?.timeMs ?? oldestMs;
  };
  return {
    add: ({ example: { ticketId, time, text, labels: given }, recordedAt }, place) => {
      seen++;
      const timeMs = Date.parse(time);
      const before = known.get(ticketId);
      if (before === undefined && timeMs < oldestMs) return;
      const lessons = (before?.lessons ?? 0) + 1;
      if (before !== undefined && !isLater(timeMs, recordedAt, before)) {
        known.set(ticketId, { ...before, lessons });
        return;
      }
      const remembered = { ticketId, time, timeMs, recordedAt, labels: labelsOfToday(given, time), place, lessons };
      known.set(ticketId, { ...remembered, characters: text.length });
      if (known.size >= 2 * most.tickets) forgetOld();
    },
    choose: () => {
      const kept = newest();
      let characters = 0;
      const tooMany = kept.findLastIndex((one) => (characters += one.characters) > most.characters);
      const chosen = kept.slice(tooMany + 1);
      return { lessons: chosen, older: seen - chosen.reduce((sum, { lessons }) => sum + lessons, 0) };
    },
  };
};

/** As late counts as later: it came later. */
const isLater = (timeMs: number, recordedAt: string, known: Remembered): boolean =>
  timeMs === known.timeMs ? recordedAt >= known.recordedAt : timeMs > known.timeMs;

/**
 * The oldest first. Among equal times (a history without them) a hash of the ticket's id decides, so that a file sorted by label
 * still gives parts of the same mixture.
 */
const byAge = (a: Remembered, b: Remembered): number =>
  a.timeMs - b.timeMs || (tieBreakOf(a) < tieBreakOf(b) ? -1 : Number(tieBreakOf(a) > tieBreakOf(b)));

const tieBreakOf = (one: Remembered): string => (one.tieBreak ??= sha256(one.ticketId));
