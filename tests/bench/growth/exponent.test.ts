import { expect, test } from 'vitest';
import { exponentOf, linearithmicExponent } from '../../../bench/growth/exponent.ts';

const costs = (of: (size: number) => number) => [1_000, 3_000, 10_000].map((size) => ({ size, cost: of(size) }));

test('the exponent is that of the power, whatever the factor', () => {
  expect(exponentOf(costs((size) => 7 * size))).toBeCloseTo(1, 3);
  expect(exponentOf(costs((size) => 0.1 * size ** 2))).toBeCloseTo(2, 3);
});

test('a constant cost makes growth look slower, n log n a little faster than linear', () => {
  expect(exponentOf(costs((size) => 20_000 + size))).toBeLessThan(0.5);
  expect(linearithmicExponent([2_000, 10_000, 50_000])).toBeGreaterThan(1.05);
  expect(linearithmicExponent([2_000, 10_000, 50_000])).toBeLessThan(1.15);
});
