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

/** The append-only log that learning reads. */
export interface EventLogReader {
  /** Entries in about the order of their arrival, an event id once. Stop iterating to stop reading. */
  oldestFirst(days: DayRange): AsyncIterable<EventLogEntry>;
  /** Entries in about the reverse order of their arrival, an event id once. */
  newestFirst(days: DayRange): AsyncIterable<EventLogEntry>;
}

export interface EventLogWriter {
  /** Files the lines under their days of arrival. The same lines again land on the same objects. Returns the objects' keys. */
  append(lines: readonly EventLogLine[]): Promise<readonly string[]>;
}
