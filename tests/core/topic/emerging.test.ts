import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dotProduct, packDirection, unpackDirection } from '../../../core/topic/embedding.ts';
import { findEmergingGroups, MIN_EMERGING_TICKETS, notAnnounced, unfamiliarBelow } from '../../../core/topic/emerging.ts';
import type { UnfamiliarTicket } from '../../../core/topic/emerging.ts';
import { seededRandom } from '../../../model/random.ts';
import type { Random } from '../../../model/random.ts';

const DIMENSION = 24;
const NOW_MS = Date.parse('2026-11-22T10:00:00.000Z');

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const unit = (values: readonly number[]): Float32Array => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};
const anywhere = (random: Random): Float32Array => unit(Array.from({ length: DIMENSION }, () => normal(random)));
/** Somewhere around a direction; the more noise, the farther. */
const around = (centre: Float32Array, noise: number, random: Random): Float32Array =>
  unit(Array.from(centre, (value) => value + (noise * normal(random)) / Math.sqrt(DIMENSION)));

const timeOf = (minute: number): string => new Date(NOW_MS + minute * 60_000).toISOString();

const thirdNearest = (direction: Float32Array, past: readonly Float32Array[]): number => {
  const nearest = [-1, -1, -1];
  for (const one of past) {
    const similarity = dotProduct(one, direction);
    if (similarity <= nearest[2]!) continue;
    nearest[2] = similarity;
    nearest.sort((a, b) => b - a);
  }
  return nearest[2]!;
};

/** Tickets of a support desk with some topics, of which the past holds many; and what is new. */
const desk = (seed: number, usual: number, fresh: number, pastTickets = 1_500) => {
  const random = seededRandom(seed);
  const topics = Array.from({ length: 15 }, () => anywhere(random));
  const draw = (): Float32Array => around(topics[Math.floor(random() * topics.length)]!, 1.2, random);
  const past = Array.from({ length: pastTickets }, draw);
  const event = anywhere(random);
  const directions = [...Array.from({ length: usual }, draw), ...Array.from({ length: fresh }, () => around(event, 0.8, random))];
  return directions.map((direction, at): UnfamiliarTicket => ({
    ticketId: `${at < usual ? 'U' : 'F'}-${String(at).padStart(3, '0')}`,
    time: timeOf(at),
    direction: packDirection(direction),
    pastSimilarity: thirdNearest(direction, past),
  }));
};

const all = (tickets: readonly UnfamiliarTicket[]): ReadonlySet<string> => new Set(tickets.map(({ ticketId }) => ticketId));
const idsOf = (group: readonly UnfamiliarTicket[]): readonly string[] => group.map(({ ticketId }) => ticketId);

describe('a group of tickets that are closer to one another than to the past', () => {
  test.each([1, 2, 3, 4, 5])('is found among ten times as many others, and nothing beside it (seed %d)', (seed) => {
    const tickets = desk(seed, 150, 15);
    const [group, ...others] = findEmergingGroups(tickets, all(tickets));
    expect(others).toEqual([]);
    const ids = idsOf(group!);
    expect(ids.filter((id) => id.startsWith('F')).length).toBeGreaterThanOrEqual(12);
    expect(ids.filter((id) => id.startsWith('U')).length).toBeLessThanOrEqual(1);
  });

  test.each([1, 2, 3])('is not found among tickets that are like the past (seed %d)', (seed) => {
    for (const [usual, past] of [
      [20, 200],
      [150, 1_500],
      [500, 6_000],
    ] as const) {
      const tickets = desk(seed, usual, 0, past);
      expect(findEmergingGroups(tickets, all(tickets))).toEqual([]);
    }
  });

  test('has ten tickets or more', () => {
    const direction = packDirection(Float32Array.from([1, 0]));
    const alike = Array.from({ length: MIN_EMERGING_TICKETS }, (_, at) => ({
      ticketId: `T-${at}`,
      time: timeOf(at),
      direction,
      pastSimilarity: 0.2,
    }));
    expect(findEmergingGroups(alike, all(alike))).toEqual([alike]);
    expect(findEmergingGroups(alike.slice(1), all(alike))).toEqual([]);
  });

  test('is looked for from the tickets that arrived', () => {
    const tickets = desk(1, 60, 15);
    expect(findEmergingGroups(tickets, new Set(['U-000', 'U-001']))).toEqual([]);
    expect(findEmergingGroups(tickets, new Set(['F-074']))).toEqual(findEmergingGroups(tickets, all(tickets)));
  });

  test('is the same, first ticket first, in whatever order they come', () => {
    const tickets = desk(2, 60, 15);
    const expected = findEmergingGroups(tickets, all(tickets));
    expect(expected).toHaveLength(1);
    fc.assert(
      fc.property(fc.shuffledSubarray(tickets, { minLength: tickets.length }), (shuffled) => {
        expect(findEmergingGroups(shuffled, all(tickets))).toEqual(expected);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  test('holds only tickets that are closer to one of the others than to the past', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            ticketId: fc.uuid(),
            time: fc.integer({ min: 0, max: 300 }).map(timeOf),
            direction: fc
              .array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 })
              .map((values) => packDirection(Float32Array.from(values))),
            pastSimilarity: fc.double({ min: -1, max: 0.6, noNaN: true }),
          }),
          { minLength: 30, maxLength: 60 },
        ),
        (tickets) => {
          for (const group of findEmergingGroups(tickets, all(tickets))) {
            found += 1;
            expect(new Set(idsOf(group)).size).toBe(group.length);
            expect(group.length).toBeGreaterThanOrEqual(MIN_EMERGING_TICKETS);
            expect(idsOf(group)).toEqual(idsOf(group.toSorted((a, b) => (a.time + a.ticketId < b.time + b.ticketId ? -1 : 1))));
            for (const one of group) {
              const nearest = group
                .filter((other) => other !== one)
                .map((other) => dotProduct(unpackDirection(one.direction), unpackDirection(other.direction)));
              expect(Math.max(...nearest)).toBeGreaterThan(one.pastSimilarity);
            }
          }
        },
      ),
      { seed: 1, numRuns: 200 },
    );
    expect(found).toBeGreaterThan(20);
  });
});

describe('a ticket', () => {
  const similar = (...similarities: readonly number[]) => similarities.map((similarity) => ({ similarity }));

  test('is unfamiliar below what its third most similar past ticket says', () => {
    expect(unfamiliarBelow(similar(0.9, 0.8, 0.3))).toBe(0.3);
    expect(unfamiliarBelow(similar(0.9, 0.8, 0.7))).toBeUndefined();
  });

  test('of which fewer past tickets are known says nothing', () => {
    expect(unfamiliarBelow(similar(0.1, 0.1))).toBeUndefined();
    expect(unfamiliarBelow([])).toBeUndefined();
  });

  test('belongs to a known group that it is closer to than to the past', () => {
    const [near, far] = [
      { ticketId: 'near', time: timeOf(0), direction: packDirection(Float32Array.from([1, 0.2])), pastSimilarity: 0.4 },
      { ticketId: 'far', time: timeOf(0), direction: packDirection(Float32Array.from([0.2, 1])), pastSimilarity: 0.4 },
    ];
    expect(notAnnounced([near, far], [packDirection(Float32Array.from([1, 0]))])).toEqual([far]);
  });
});
