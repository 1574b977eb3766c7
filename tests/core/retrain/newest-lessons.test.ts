import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_LABEL_CHANGES } from '../../../core/labels/label-map.ts';
import { newestLessons } from '../../../core/retrain/newest-lessons.ts';
import { anExample, minutesLater } from '../../support/retraining-builders.ts';

interface Told {
  readonly ticket: number;
  readonly minute: number;
  readonly number: number;
}

const told: fc.Arbitrary<readonly Told[]> = fc
  .uniqueArray(fc.record({ ticket: fc.nat({ max: 40 }), minute: fc.nat({ max: 60 }) }), {
    selector: ({ ticket, minute }) => `${ticket} ${minute}`,
    maxLength: 200,
  })
  .map((all) => all.map((one, number) => ({ ...one, number })));

const choose = (all: readonly Told[], tickets: number) => {
  const newest = newestLessons({ tickets, characters: 1e9 }, NO_LABEL_CHANGES);
  for (const { ticket, minute, number } of all)
    newest.add(
      {
        kind: 'example',
        example: anExample({ ticketId: `t-${ticket}`, time: minutesLater(minute) }),
        recordedAt: '',
      },
      { object: 'o', number },
    );
  return newest.choose();
};

test('the newest tickets by their latest lesson are chosen, as if all had been held, in whatever order they come', () => {
  fc.assert(
    fc.property(told, fc.integer({ min: 1, max: 30 }), (all, tickets) => {
      const latest = new Map<number, Told>();
      for (const one of all) if (one.minute > (latest.get(one.ticket)?.minute ?? -1)) latest.set(one.ticket, one);
      const minutes = [...latest.values()].map(({ minute }) => minute).toSorted((a, b) => a - b);

      const { lessons } = choose(all, tickets);

      expect(lessons.map(({ time }) => time)).toEqual(minutes.slice(-tickets).map(minutesLater));
      for (const { ticketId, place } of lessons) expect(latest.get(Number(ticketId.slice(2)))?.number).toBe(place.number);
      const which = choose(all.toReversed(), tickets).lessons.map(({ ticketId, place }) => ({ ticketId, place }));
      expect(which).toEqual(lessons.map(({ ticketId, place }) => ({ ticketId, place })));
    }),
  );
});

test('every lesson was chosen, replaced by a later one of a chosen ticket, or is counted as older', () => {
  const all = Array.from({ length: 30 }, (_, minute) => ({ ticket: minute % 10, minute, number: minute }));
  expect(choose(all, 10)).toMatchObject({ older: 0, lessons: { length: 10 } });
  expect(choose(all, 4)).toMatchObject({ lessons: { length: 4 } });
  expect(choose(all, 4).older).toBeGreaterThanOrEqual(18);
});
