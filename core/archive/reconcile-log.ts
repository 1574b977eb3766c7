import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { addDays, dayOf } from '../days.ts';
import type { Bus } from '../ports.ts';
import type { DayRange, EventLogEntry } from './event-log.ts';
import { FACT_TYPES } from './stored-facts.ts';
import type { FactType, StoredFact, StoredFacts } from './stored-facts.ts';

/** What starts a reconcile: the schedule, for the day before it, or a person, for any day. */
export const reconcileRequestSchema = z.union([
  z.object({ day: z.iso.date() }).transform(({ day }) => ({ day })),
  z.object({ scheduledAt: z.iso.datetime() }).transform(({ scheduledAt }) => ({ day: addDays(dayOf(scheduledAt), -1) })),
]);

export interface ReconcileDeps {
  readonly facts: StoredFacts;
  /** Entries of the event log in about the order of their arrival, with repeats. */
  readonly arrivals: (days: DayRange) => AsyncIterable<EventLogEntry>;
  readonly bus: Bus;
  readonly clock: Clock;
  /**
   * Facts without their event that are held at a time; beyond it the oldest are published before the log is read to its end.
   * @default 500,000, some 200 MB
   */
  readonly maxOpen?: number;
}

/** How stored facts and event log compare, of one type. */
export interface Reconciled {
  readonly stored: number;
  /** Stored, and in the log. */
  readonly logged: number;
  /** Stored, and not in the log. */
  readonly missing: number;
  /** Of the missing, those that the bus has taken. */
  readonly republished: number;
}

export interface Reconciliation {
  /** `incomplete`: the bus refused some of them; another try repeats what went well, which changes nothing. */
  readonly kind: 'complete' | 'incomplete';
  readonly day: string;
  readonly types: Readonly<Record<FactType, Reconciled>>;
  /** Facts of which no event could be made: gone meanwhile, or not shaped as expected. The first of their ids. */
  readonly unreadable: { readonly count: number; readonly ids: readonly string[] };
  readonly malformedLines: number;
}

/** An event is published after its fact is stored; what the two clocks may differ by, generously. */
const CLOCK_SKEW_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const MAX_OPEN = 500_000;
/** Read in one request and published in a few. */
const BATCH = 50;
const NAMED_IDS = 10;

/**
 * Compares what was stored on a day with the event log, from that day until now, and publishes again what the log does not have.
 * Facts are read an hour at a time, just ahead of the log's own time, and forgotten as soon as their event is seen: what is held
 * are the facts of an hour or two, and what is missing.
 */
export const createReconcileLog =
  ({ facts, arrivals, bus, clock, maxOpen = MAX_OPEN }: ReconcileDeps) =>
  async ({ day }: { readonly day: string }): Promise<Reconciliation> => {
    const hours = facts.byHour(day);
    const dayStart = Date.parse(day);
    const open = new Map<string, StoredFact>();
    const tally = Object.fromEntries(FACT_TYPES.map((type) => [type, { stored: 0, missing: 0, republished: 0 }])) as Record<
      FactType,
      { stored: number; missing: number; republished: number }
    >;
    const unreadable: string[] = [];
    let malformedLines = 0;
    let hoursRead = 0;

    const publishOpen = async (howMany: number): Promise<void> => {
      while (howMany > 0 && open.size > 0) {
        const batch = [...open.values().take(Math.min(BATCH, howMany))];
        howMany -= batch.length;
        for (const { id, type } of batch) {
          open.delete(id);
          tally[type].missing += 1;
        }
        const events = await facts.eventsOf(batch);
        unreadable.push(...batch.map(({ id }) => id).filter((id) => !events.has(id)));
        const refused = await bus.publish([...events.values()]);
        for (const { id, type } of batch) if (events.has(id) && !refused.has(id)) tally[type].republished += 1;
      }
    };
    const readHours = async (until: number): Promise<void> => {
      for (; hoursRead < hours.length && dayStart + hoursRead * HOUR_MS <= until; hoursRead++) {
        for await (const fact of hours[hoursRead]!) {
          tally[fact.type].stored += 1;
          open.set(fact.id, fact);
          if (open.size > maxOpen) await publishOpen(open.size - maxOpen + BATCH);
        }
      }
    };

    for await (const entry of arrivals({ from: day, to: dayOf(clock.now()) })) {
      if (entry.kind === 'malformed') malformedLines += 1;
      else {
        await readHours(Date.parse(entry.line.time) + CLOCK_SKEW_MS);
        open.delete(entry.line.id);
      }
    }
    await readHours(clock.now() + CLOCK_SKEW_MS);
    await publishOpen(open.size);

    const types = Object.fromEntries(
      FACT_TYPES.map((type) => [type, { ...tally[type], logged: tally[type].stored - tally[type].missing }]),
    ) as Record<FactType, Reconciled>;
    const sum = (count: (one: Reconciled) => number): number => FACT_TYPES.reduce((total, type) => total + count(types[type]), 0);
    const isComplete = sum(({ missing }) => missing) === sum(({ republished }) => republished) + unreadable.length;
    return {
      kind: isComplete ? 'complete' : 'incomplete',
      day,
      types,
      unreadable: { count: unreadable.length, ids: unreadable.slice(0, NAMED_IDS) },
      malformedLines,
    };
  };
