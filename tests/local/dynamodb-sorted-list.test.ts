import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterAll, beforeAll, SortedList } from '../../local/dynamodb/sorted-list.ts';

interface Numbered {
  readonly sort: string;
  readonly tie: string;
}

const entry = (value: number): Numbered => ({ sort: String(value).padStart(5, '0'), tie: '' });

test('a list of thousands, filled in any order and thinned out, reads back sorted from either end', () => {
  const values = fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1200, maxLength: 3000 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 9999 }), (inserted, low, high) => {
      const list = new SortedList<Numbered>();
      for (const value of inserted) list.insert(entry(value));
      for (const value of inserted) if (value % 3 === 0) list.remove(entry(value).sort, '');
      const model = [...new Set(inserted)].filter((value) => value % 3 !== 0 && value > low && value <= high);
      const expected = model.map((value) => entry(value).sort).toSorted();
      const range = [afterAll(entry(low).sort), afterAll(entry(high).sort)] as const;
      expect([...list.ascending(...range)].map(({ sort }) => sort)).toEqual(expected);
      expect([...list.descending(...range)].map(({ sort }) => sort)).toEqual(expected.toReversed());
    }),
    { numRuns: 30 },
  );
});

test('ascending keys fill it as well as descending ones', () => {
  const list = new SortedList<Numbered>();
  for (let value = 0; value < 5000; value++) list.insert(entry(value));
  for (let value = 9999; value >= 5000; value--) list.insert(entry(value));
  expect([...list.ascending()].map(({ sort }) => Number(sort))).toEqual(Array.from({ length: 10_000 }, (_, value) => value));
  expect([...list.ascending(beforeAll('09998'))].length).toBe(2);
  for (let value = 0; value < 10_000; value++) list.remove(entry(value).sort, '');
  expect(list.isEmpty).toBe(true);
});
