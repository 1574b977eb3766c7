import type { BusEvent } from '../contracts/bus-event.ts';

/** Types of events that tell of something stored: of a decision, and of an outcome. */
export const FACT_TYPES = ['ticket.routed', 'ticket.learned'] as const;
export type FactType = (typeof FACT_TYPES)[number];

/** Something stored that the event log must know of. */
export interface StoredFact {
  readonly type: FactType;
  /** Of the event that tells of it. */
  readonly id: string;
  /** Where its keeper finds it again; nobody else reads this. */
  readonly at: string;
}

/** What is stored of tickets, by the time at which it was stored. */
export interface StoredFacts {
  /** Facts that were stored on a day (YYYY-MM-DD, UTC), hour by hour: 24 sequences, to be read in turn. */
  byHour(day: string): readonly AsyncIterable<StoredFact>[];
  /** The events that tell of these facts, by id. A fact that is gone, or that nobody can read, is not in the map. */
  eventsOf(facts: readonly StoredFact[]): Promise<ReadonlyMap<string, BusEvent>>;
}
