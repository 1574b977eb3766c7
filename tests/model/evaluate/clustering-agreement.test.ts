import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestMatching } from '../../../model/evaluate/best-matching.ts';
import { clusteringAgreement } from '../../../model/evaluate/clustering-agreement.ts';

const groups = (...values: readonly number[]): Int32Array => Int32Array.from(values);

/** The best sum over all matchings, by trying them. */
const bestSum = (gains: readonly (readonly number[])[], taken: readonly number[] = []): number => {
  const [first, ...rest] = gains;
  if (first === undefined) return 0;
  return Math.max(
    ...(gains.length + taken.length > first.length ? [bestSum(rest, taken)] : []),
    ...first.map((gain, column) => (taken.includes(column) ? -Infinity : gain + bestSum(rest, [...taken, column]))),
  );
};

describe('the best matching', () => {
  test('has the sum of the best of all matchings, square or not', () => {
    const matrices = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrices, (gains) => {
        const columns = gains[0]!.length;
        const found = bestMatching(Float64Array.from(gains.flat()), gains.length, columns);
        const chosen = [...found].filter((column) => column !== -1);
        expect(new Set(chosen).size).toBe(Math.min(gains.length, columns));
        const sum = [...found].reduce((total, column, row) => total + (column === -1 ? 0 : gains[row]![column]!), 0);
        expect(sum).toBe(bestSum(gains));
      }),
    );
  });
});

describe('clusters and labels', () => {
  test('agree wholly where they are the same groups, whatever their names', () => {
    expect(clusteringAgreement(groups(5, 5, 2, 2, 9), groups(0, 0, 1, 1, 2))).toEqual({ nmi: 1, ari: 1, accuracy: 1 });
  });

  test('agree as scikit-learn 1.9 says', () => {
    const { nmi, ari, accuracy } = clusteringAgreement(groups(0, 0, 0, 1, 1, 2, 2, 2, 2), groups(0, 0, 1, 1, 1, 2, 2, 0, 0));
    expect(nmi).toBeCloseTo(0.5096070168485125, 9);
    expect(ari).toBeCloseTo(0.16923076923076924, 9);
    expect(accuracy).toBeCloseTo(6 / 9, 9);
  });

  test('one cluster of everything says nothing', () => {
    const { nmi, ari, accuracy } = clusteringAgreement(groups(0, 0, 0, 0), groups(0, 0, 1, 2));
    expect([nmi, ari, accuracy]).toEqual([0, 0, 0.5]);
  });

  test('agree the same either way round, and stay within their bounds', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: 0, max: 4 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(pairs, (items) => {
        const [left, right] = [groups(...items.map(([one]) => one)), groups(...items.map(([, other]) => other))];
        const there = clusteringAgreement(left, right);
        const back = clusteringAgreement(right, left);
        for (const name of ['nmi', 'ari', 'accuracy'] as const) {
          expect(there[name]).toBeCloseTo(back[name], 9);
          expect(there[name]).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(there.nmi).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('of different numbers of items are refused', () => {
    expect(() => clusteringAgreement(groups(1), groups(1, 2))).toThrow(/cannot be compared/u);
    expect(() => clusteringAgreement(groups(), groups())).toThrow(/cannot be compared/u);
  });
});
