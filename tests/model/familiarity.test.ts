import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseFloor, familiarityOf, fitFamiliarity } from '../../model/familiarity.ts';
import { seededRandom } from '../../model/random.ts';

describe('familiarity', () => {
  const scale = fitFamiliarity(Float64Array.of(1, 2, 3), Float64Array.of(0.2, 0.4, 0.6));

  test('is 0 for what is usual, and counts in standard deviations of each part', () => {
    const deviation = Math.sqrt(2 / 3);
    expect(familiarityOf(scale, 2, 0.4)).toBeCloseTo(0, 12);
    expect(familiarityOf(scale, 2 + deviation, 0.4)).toBeCloseTo(1, 9);
    expect(familiarityOf(scale, 2, 0.4 - 0.2 * deviation)).toBeCloseTo(-1, 9);
  });

  test('rises with the score and with the nearness of past tickets', () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true });
    const step = fc.double({ min: 1e-3, max: 10, noNaN: true });
    fc.assert(
      fc.property(number, number, step, (score, nearness, more) => {
        expect(familiarityOf(scale, score + more, nearness)).toBeGreaterThan(familiarityOf(scale, score, nearness));
        expect(familiarityOf(scale, score, nearness + more)).toBeGreaterThan(familiarityOf(scale, score, nearness));
      }),
    );
  });

  test('is finite where nothing is known of what is usual, or all of it is alike', () => {
    for (const values of [Float64Array.of(), Float64Array.of(3, 3, 3)])
      expect(familiarityOf(fitFamiliarity(values, values), 1, 0.5)).toSatisfy(Number.isFinite);
  });
});

/** Share of the texts that are accepted and right. */
const acceptedAndRight = (familiarity: Float64Array, right: readonly boolean[], floor: number): number =>
  right.filter((each, at) => each && familiarity[at]! >= floor).length / right.length;

const drawn = (
  count: number,
  accuracy: number,
  seed: number,
): { readonly familiarity: Float64Array; readonly right: readonly boolean[] } => {
  const random = seededRandom(seed);
  const right = Array.from({ length: count }, () => random() < accuracy);
  return { right, familiarity: Float64Array.from(right, (each) => random() * 4 - 2 + (each ? 1 : 0)) };
};

describe('the floor of familiarity', () => {
  test.each([1, 0.98, 0.955, 0.8, 0.3])('costs between half a point and a point and a half of an accuracy of %d', (accuracy) => {
    for (const seed of [1, 2, 3]) {
      const { familiarity, right } = drawn(2_000, accuracy, seed);
      const without = right.filter(Boolean).length / right.length;
      const left = acceptedAndRight(familiarity, right, chooseFloor(familiarity, right));
      expect(without - left).toBeLessThanOrEqual(0.015 + 1e-9);
      // Less than half a point is left unused, but for the one ticket that would go beyond it.
      expect(without - left).toBeGreaterThan(0.005 - 2 / right.length);
      expect(left).toBeGreaterThanOrEqual(Math.min(0.95, without - 0.015) - 1e-9);
    }
  });

  test('is as high as that allows: the next text above it may not be rejected', () => {
    const { familiarity, right } = drawn(1_000, 0.9, 4);
    const floor = chooseFloor(familiarity, right);
    const next = Math.min(...familiarity.filter((value) => value > floor));
    const without = right.filter(Boolean).length / right.length;
    expect(without - acceptedAndRight(familiarity, right, next)).toBeGreaterThan(0.005);
  });

  test('does not depend on the order of the texts', () => {
    const { familiarity, right } = drawn(300, 0.9, 5);
    expect(chooseFloor(familiarity.toReversed(), right.toReversed())).toBe(chooseFloor(familiarity, right));
  });

  test('is a number that JSON holds, whatever is given', () => {
    for (const [familiarity, right] of [
      [Float64Array.of(), []],
      [Float64Array.of(1), [true]],
      [Float64Array.of(1, 2), [false, false]],
    ] as const)
      expect(chooseFloor(familiarity, right)).toSatisfy(Number.isFinite);
  });
});
