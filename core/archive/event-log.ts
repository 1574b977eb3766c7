import type { EventLogLine } from '../contracts/bus-event.ts';

/** What one line of the log turned out to be. */
export type EventLogEntry =
  | { readonly kind: 'event'; readonly line: EventLogLine }
  /** Not a line of the contract: `where` is the object's key and the line's number, never its content. */
  | { readonly kind: 'malformed'; readonly where: string; readonly reason: string };

/** Days of arrival, both included, as YYYY-MM-DD in UTC. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** Where a line lies: the key of its object, and its number there, from 1. */
export interface EventPlace {
  readonly object: string;
  readonly number: number;
}

export type PlacedEntry = EventLogEntry & { readonly place: EventPlace };

/** The append-only log that learning reads. */
export interface EventLogReader {
  /** Entries in about the reverse order of their arrival, an event id once. Stop iterating to stop reading. */
  newestFirst(days: DayRange): AsyncIterable<EventLogEntry>;
}

/** The log for a reader that cannot hold it: it goes through all of it, and comes back for what it has chosen. */
export interface EventLogScan {
  /** Entries in about the order of their arrival, with repeats: nothing is held but a few objects, however long the log. */
  readonly arrivals: (days: DayRange) => AsyncIterable<PlacedEntry>;
  /**
   * Reads lines again, object by object.
   * @param objects keys in the order in which to read them, each with the numbers of the lines wanted
   */
  readonly again: (objects: Iterable<readonly [object: string, numbers: ReadonlySet<number>]>) => AsyncIterable<PlacedEntry>;
}

export interface EventLogWriter {
  /** Files the lines under their days of arrival. The same lines again land on the same objects. Returns the objects' keys. */
  append(lines: readonly EventLogLine[]): Promise<readonly string[]>;
}
