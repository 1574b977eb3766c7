import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventLogEntry } from '../../../core/archive/event-log.ts';
import { createReconcileLog, reconcileRequestSchema } from '../../../core/archive/reconcile-log.ts';
import type { FactType, StoredFact } from '../../../core/archive/stored-facts.ts';
import type { BusEvent } from '../../../core/contracts/bus-event.ts';
import { addDays } from '../../../core/days.ts';

const DAY = '2026-11-21';
const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 24 * 60;

interface Stored {
  readonly id: string;
  readonly type?: FactType;
  /** Minutes after the day's begin. */
  readonly storedAt: number;
  readonly unreadable?: boolean;
}

interface Logged {
  readonly id: string;
  /** Minutes after the day's begin. */
  readonly at: number;
}

const eventOf = ({ type, id }: StoredFact): BusEvent => ({ type, detail: { id } }) as BusEvent;
const entryOf = ({ id, at }: Logged): EventLogEntry => {
  const time = new Date(Date.parse(DAY) + at * MINUTE_MS).toISOString();
  return { kind: 'event', line: { id, type: 'ticket.routed', time, detail: {} } };
};
const malformed: EventLogEntry = { kind: 'malformed', where: 'an object', reason: 'not JSON' };

async function* factsOf(stored: readonly Stored[], hour: number): AsyncGenerator<StoredFact> {
  await Promise.resolve();
  for (const { id, type = 'ticket.routed', storedAt } of stored)
    if (Math.floor(storedAt / 60) === hour) yield { type, id, at: `at ${id}` };
}

/** A day of facts and a log, and a bus that refuses what the test says. */
const aDay = (
  stored: readonly Stored[],
  log: readonly EventLogEntry[],
  options: { readonly refused?: readonly string[]; readonly maxOpen?: number } = {},
) => {
  const published: BusEvent[] = [];
  const asked: unknown[] = [];
  const unreadable = new Set(stored.filter((fact) => fact.unreadable).map(({ id }) => id));
  const reconcile = createReconcileLog({
    facts: {
      byHour: (day) => Array.from({ length: 24 }, (_, hour) => factsOf(day === DAY ? stored : [], hour)),
      eventsOf: async (facts) =>
        Promise.resolve(new Map(facts.filter(({ id }) => !unreadable.has(id)).map((fact) => [fact.id, eventOf(fact)]))),
    },
    arrivals: async function* (days) {
      asked.push(days);
      await Promise.resolve();
      yield* log;
    },
    bus: {
      publish: async (events) => {
        const refused = events.filter(({ detail }) => options.refused?.includes(detail.id));
        published.push(...events.filter((event) => !refused.includes(event)));
        return Promise.resolve(new Map(refused.map(({ detail }) => [detail.id, 'no'])));
      },
    },
    clock: { now: () => Date.parse(DAY) + 26 * 60 * MINUTE_MS },
    ...(options.maxOpen !== undefined && { maxOpen: options.maxOpen }),
  });
  return { published, asked, reconcile: () => reconcile({ day: DAY }) };
};

const NOTHING = { stored: 0, logged: 0, missing: 0, republished: 0 };

describe('reconciling a day', () => {
  test('publishes again what is stored and not in the log, and counts by type', async () => {
    const stored: readonly Stored[] = [
      { id: 'a', storedAt: 5 },
      { id: 'b', storedAt: 700 },
      { id: 'l', type: 'ticket.learned', storedAt: 701 },
    ];
    const { reconcile, published, asked } = aDay(stored, [entryOf({ id: 'b', at: 702 })]);
    expect(await reconcile()).toEqual({
      kind: 'complete',
      day: DAY,
      types: {
        'ticket.routed': { stored: 2, logged: 1, missing: 1, republished: 1 },
        'ticket.learned': { stored: 1, logged: 0, missing: 1, republished: 1 },
      },
      unreadable: { count: 0, ids: [] },
      malformedLines: 0,
    });
    expect(published).toEqual([
      { type: 'ticket.routed', detail: { id: 'a' } },
      { type: 'ticket.learned', detail: { id: 'l' } },
    ]);
    // What was stored before midnight may have arrived after it.
    expect(asked).toEqual([{ from: DAY, to: addDays(DAY, 1) }]);
  });

  test('leaves a complete log alone, whatever else is in it', async () => {
    const log = [
      malformed,
      entryOf({ id: 'imported', at: 3 }),
      entryOf({ id: 'a', at: MINUTES_A_DAY + 30 }),
      entryOf({ id: 'a', at: 1_500 }),
    ];
    const { reconcile, published } = aDay([{ id: 'a', storedAt: MINUTES_A_DAY - 1 }], log);
    expect(await reconcile()).toMatchObject({
      kind: 'complete',
      types: { 'ticket.routed': { stored: 1, logged: 1, missing: 0, republished: 0 }, 'ticket.learned': NOTHING },
      malformedLines: 1,
    });
    expect(published).toEqual([]);
  });

  test('takes the two clocks for not quite the same', async () => {
    const { reconcile } = aDay([{ id: 'a', storedAt: 61 }], [entryOf({ id: 'a', at: 58 })]);
    expect((await reconcile()).types['ticket.routed']).toMatchObject({ logged: 1, missing: 0 });
  });

  test('is incomplete where the bus refuses an event', async () => {
    const { reconcile, published } = aDay(
      [
        { id: 'a', storedAt: 1 },
        { id: 'b', storedAt: 2 },
      ],
      [],
      { refused: ['a'] },
    );
    expect(await reconcile()).toMatchObject({
      kind: 'incomplete',
      types: { 'ticket.routed': { missing: 2, republished: 1 } },
    });
    expect(published.map(({ detail }) => detail.id)).toEqual(['b']);
  });

  test('names what nobody can read, and goes on', async () => {
    const { reconcile, published } = aDay(
      [
        { id: 'a', storedAt: 1, unreadable: true },
        { id: 'b', storedAt: 2 },
      ],
      [],
    );
    expect(await reconcile()).toMatchObject({ kind: 'complete', unreadable: { count: 1, ids: ['a'] } });
    expect(published.map(({ detail }) => detail.id)).toEqual(['b']);
  });

  test('holds no more than it may: the oldest are published before the log is read to its end', async () => {
    const stored = Array.from({ length: 500 }, (_, n) => ({ id: `f${n}`, storedAt: n }));
    const log = stored.map(({ id, storedAt }) => entryOf({ id, at: storedAt + 1_000 }));
    const { reconcile, published } = aDay(stored, log, { maxOpen: 100 });
    await reconcile();
    expect(published.length).toBeGreaterThanOrEqual(400);
    expect(published[0]?.detail.id).toBe('f0');
  });

  test('whatever is stored and whatever was logged of it, all of it is in log or publication, and nothing needlessly', async () => {
    const facts = fc.uniqueArray(
      fc.record({
        n: fc.nat(500),
        storedAt: fc.integer({ min: 0, max: MINUTES_A_DAY - 1 }),
        type: fc.constantFrom<FactType>('ticket.routed', 'ticket.learned'),
        delays: fc.array(fc.integer({ min: -4, max: 1_500 }), { maxLength: 3 }),
      }),
      { selector: ({ n }) => n, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(facts, fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }), async (all, maxOpen) => {
        const stored = all.map(({ n, ...rest }) => ({ id: `f${n}`, ...rest }));
        const log = stored
          .flatMap(({ id, storedAt, delays }) => delays.map((delay) => ({ id, at: storedAt + delay })))
          .toSorted((a, b) => a.at - b.at);
        const { reconcile, published } = aDay(stored, log.map(entryOf), maxOpen === undefined ? {} : { maxOpen });
        const { types } = await reconcile();
        const logged = new Set(log.map(({ id }) => id));
        const again = published.map(({ detail }) => detail.id);
        expect(new Set(again).size).toBe(again.length);
        expect(new Set([...logged, ...again])).toEqual(new Set(stored.map(({ id }) => id)));
        expect(again.filter((id) => maxOpen === undefined && logged.has(id))).toEqual([]);
        for (const type of ['ticket.routed', 'ticket.learned'] as const) {
          const { stored: count, logged: inLog, missing } = types[type];
          expect(count).toBe(stored.filter((fact) => fact.type === type).length);
          expect(inLog + missing).toBe(count);
        }
      }),
    );
  });
});

describe('what starts a reconcile', () => {
  test('is the schedule, for the day before, or a person, for any day', () => {
    expect(reconcileRequestSchema.parse({ scheduledAt: '2026-11-22T02:00:00Z' })).toEqual({ day: DAY });
    expect(reconcileRequestSchema.parse({ day: '2026-02-28' })).toEqual({ day: '2026-02-28' });
    for (const bad of [{}, { day: 'today' }, { day: '2026-02-30' }, { scheduledAt: 'soon' }])
      expect(reconcileRequestSchema.safeParse(bad).success).toBe(false);
  });
});
