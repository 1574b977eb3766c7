import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDuplicates } from '../../../model/readiness/near-duplicates.ts';

const LONG =
  'Hello, I ordered a blue lamp on Monday and it still has not arrived. The tracking page says that it left the depot three days ago. Could you find out where it is, please? Thank you';

describe('duplicates', () => {
  test('are the same but for case, signs and blanks', () => {
    const { same } = findDuplicates(['Where is my parcel?', 'where is  my PARCEL', 'Where is my card?', '!!!', '!!!', '???'], 1);
    expect([...same]).toEqual([0, 0, 1, 2, 2, 3]);
  });

  test('are near where little was changed in a long text, and only there', () => {
    const { same, near } = findDuplicates(
      [LONG, LONG.replace('Monday', 'Sunday'), LONG.replace('lamp', 'desk'), 'My invoice is wrong', LONG.slice(0, 60)],
      1,
    );
    expect(new Set(same).size).toBe(5);
    expect([...near]).toEqual([0, 0, 0, 1, 2]);
  });

  test('are found among many texts of one form', () => {
    const texts = Array.from({ length: 2_000 }, (_, i) => `${LONG}, order number ${i}`);
    const { near } = findDuplicates([...texts, 'something else entirely'], 1);
    expect(new Set(near).size).toBe(2);
  });

  test('groups are numbered in the order of their first text, and the same texts are always near', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 30 }), (texts) => {
        const { same, near } = findDuplicates(texts, 1);
        for (const groups of [same, near]) {
          const firsts = [...new Set(groups)];
          expect(firsts).toEqual(firsts.map((_, at) => at));
        }
        const nearOf = new Map<number, number>();
        same.forEach((group, at) => {
          expect(nearOf.get(group) ?? near[at]).toBe(near[at]);
          nearOf.set(group, near[at]!);
        });
      }),
    );
  });
});
