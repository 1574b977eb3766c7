import { expect, test } from 'vitest';
import { generatedRows } from '../../../bench/growth/generated-rows.ts';
import { dot } from '../../../model/average-linkage.ts';

const DIMENSION = 64;
const { rows, groupOf } = generatedRows(500, DIMENSION, 4, 3);

test('generated rows have length 1 and lie nearer to their own group than to others', () => {
  const similarities = { own: [] as number[], other: [] as number[] };
  for (let row = 0; row < 500; row++) {
    expect(dot(rows, row, rows, row, DIMENSION)).toBeCloseTo(1, 4);
    for (let other = 0; other < row; other += 7)
      similarities[groupOf[row] === groupOf[other] ? 'own' : 'other'].push(dot(rows, row, rows, other, DIMENSION));
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(similarities.own)).toBeGreaterThan(mean(similarities.other) + 0.3);
});

test('the groups are of unequal size, and the same seed makes the same rows', () => {
  const sizes = [0, 1, 2, 3].map((group) => groupOf.filter((own) => own === group).length);
  expect(sizes.every((size) => size > 0)).toBe(true);
  expect(sizes[0]).toBeGreaterThan(2 * sizes[3]!);
  expect(generatedRows(500, DIMENSION, 4, 3).rows).toEqual(rows);
});
