import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { multiply } from '../../../model/linear-algebra/multiply.ts';
import { orthonormalize } from '../../../model/linear-algebra/orthonormalize.ts';
import { sparseTimesDense } from '../../../model/linear-algebra/sparse-product.ts';
import { topRightSingularVectors } from '../../../model/linear-algebra/sparse-svd.ts';
import { symmetricEigen, topEigen } from '../../../model/linear-algebra/symmetric-eigen.ts';
import type { Eigenpairs } from '../../../model/linear-algebra/symmetric-eigen.ts';
import { selectRows, sparseRowsOf, transposeRows } from '../../../model/sparse.ts';
import { randomFloats, sparseRows } from '../../support/random-vectors.ts';

const sizes = fc.integer({ min: 1, max: 12 });
const seeds = fc.nat(10_000);

/** The product by its definition. */
const product = (left: ArrayLike<number>, right: ArrayLike<number>, inner: number): readonly number[] => {
  const [rows, columns] = [left.length / inner, right.length / inner];
  return Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return Array.from({ length: inner }, (__, index) => left[row * inner + index]! * right[index * columns + column]!).reduce(
      (a, b) => a + b,
      0,
    );
  });
};

const transpose = (values: ArrayLike<number>, rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);

/** Infinite where the lengths differ. */
const largestDifference = (values: ArrayLike<number>, expected: ArrayLike<number>): number =>
  values.length === expected.length
    ? Math.max(0, ...Array.from(expected, (value, at) => Math.abs(values[at]! - value)))
    : Infinity;

/** B·Bᵀ: symmetric and positive semi-definite, of at most the given rank. */
const covariance = (size: number, rank: number, seed: number): Float32Array => {
  const factor = randomFloats(size * rank, seed);
  return Float32Array.from(product(factor, transpose(factor, size, rank), rank));
};

const dotOf = (one: ArrayLike<number>, other: ArrayLike<number>): number =>
  Array.from({ length: one.length }, (_, at) => one[at]! * other[at]!).reduce((a, b) => a + b, 0);

/** matrix · vector = value · vector, and the vectors are orthonormal. */
const expectEigenpairs = (matrix: ArrayLike<number>, size: number, { values, vectors }: Eigenpairs, tolerance: number): void => {
  vectors.forEach((vector, at) => {
    expect(
      largestDifference(
        product(matrix, vector, size),
        vector.map((each) => each * values[at]!),
      ),
    ).toBeLessThan(tolerance);
    vectors.forEach((other, index) => expect(dotOf(vector, other)).toBeCloseTo(at === index ? 1 : 0, 5));
  });
  expect([...values]).toEqual([...values].toSorted((a, b) => b - a));
};

describe('products', () => {
  test('of matrices are what their definition gives, either of them transposed or none', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, sizes, seeds, async (rows, inner, columns, seed) => {
        const left = { rows, columns: inner, values: randomFloats(rows * inner, seed) };
        const right = { rows: inner, columns, values: randomFloats(inner * columns, seed + 1) };
        const expected = product(left.values, right.values, inner);
        const turnedLeft = { rows: inner, columns: rows, values: transpose(left.values, rows, inner) };
        const turnedRight = { rows: columns, columns: inner, values: transpose(right.values, inner, columns) };
        expect(largestDifference((await multiply(left, right)).values, expected)).toBeLessThan(1e-4);
        expect(largestDifference((await multiply(turnedLeft, right, 'left')).values, expected)).toBeLessThan(1e-4);
        expect(largestDifference((await multiply(left, turnedRight, 'right')).values, expected)).toBeLessThan(1e-4);
      }),
      { numRuns: 30 },
    );
  });

  test('of sizes that do not fit are refused', async () => {
    const one = { rows: 2, columns: 3, values: new Float32Array(6) };
    await expect(multiply(one, one)).rejects.toThrow(/2 × 3 and 2 × 3 \(transposed: none\) do not fit/u);
    expect(await multiply({ rows: 0, columns: 3, values: new Float32Array(0) }, one, 'right')).toMatchObject({
      rows: 0,
      columns: 2,
    });
  });

  test('of sparse rows are those of the same rows written out', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, seeds, (count, width, columns, seed) => {
        const { sparse, dense } = sparseRows(count, width, 0.4, seed);
        const right = randomFloats(width * columns, seed + 5);
        expect(largestDifference(sparseTimesDense(sparse, right, columns), product(dense, right, width))).toBeLessThan(1e-4);
        const left = randomFloats(count * columns, seed + 6);
        expect(
          largestDifference(
            sparseTimesDense(transposeRows(sparse, width), left, columns),
            product(transpose(dense, count, width), left, count),
          ),
        ).toBeLessThan(1e-4);
      }),
    );
  });
});

describe('a large sparse product', () => {
  test.each([16, 37])('of %i columns is that of its rows one by one, up to rounding', (columns) => {
    const [count, width, filled] = [2_500, 900, 280];
    const values = randomFloats(count * filled, 5);
    const rows = sparseRowsOf(
      Array.from({ length: count }, (_, row) => {
        const own = values.subarray(row * filled, (row + 1) * filled);
        return row === 7 ? new Map() : new Map(Array.from(own, (value, at) => [(row * 31 + at * 3) % width, value]));
      }),
    );
    const right = randomFloats(width * columns, 6);
    const whole = sparseTimesDense(rows, right, columns);
    expect(whole).toEqual(sparseTimesDense(rows, right, columns));
    for (let row = 0; row < rows.count; row++) {
      const alone = sparseTimesDense(selectRows(rows, [row]), right, columns);
      expect(largestDifference(whole.subarray(row * columns, (row + 1) * columns), alone)).toBeLessThan(1e-4);
    }
  });

  test('of rows without values is zero', () => {
    const empty = { count: 3, offsets: Int32Array.of(0, 0, 0, 0), indices: new Int32Array(0), values: new Float32Array(0) };
    expect([...sparseTimesDense(empty, randomFloats(20, 1), 2)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('orthonormal columns', () => {
  test('have length 1 and right angles, and span the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), seeds, (count, seed) => {
        const length = 8;
        const given = Array.from({ length: count }, (_, at) => Float64Array.from(randomFloats(length, seed * 10 + at)));
        const columns = given.map((column) => column.slice());
        orthonormalize(columns);
        columns.forEach((one, at) =>
          columns.forEach((other, index) => expect(dotOf(one, other)).toBeCloseTo(at === index ? 1 : 0, 9)),
        );
        for (const column of given)
          expect(columns.reduce((sum, each) => sum + dotOf(column, each) ** 2, 0)).toBeCloseTo(dotOf(column, column), 6);
      }),
    );
  });

  test('one that depends on the others becomes zero', () => {
    const columns = [Float64Array.of(1, 2, 3), Float64Array.of(0, 1, 0), Float64Array.of(2, 5, 6), Float64Array.of(0, 0, 0)];
    orthonormalize(columns);
    expect([...columns[2]!, ...columns[3]!]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('eigenpairs', () => {
  test('of any small symmetric matrix are all found', () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const half = randomFloats(size * size, seed);
        const matrix = Float64Array.from(half, (value, at) => value + half[(at % size) * size + Math.floor(at / size)]!);
        const found = symmetricEigen(matrix, size);
        expect(found.vectors).toHaveLength(size);
        expectEigenpairs(matrix, size, found, 1e-5);
      }),
    );
  });

  test('of a matrix of low rank, of zeros and of a diagonal are found as well', () => {
    expectEigenpairs(covariance(8, 2, 3), 8, symmetricEigen(covariance(8, 2, 3), 8), 1e-5);
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...symmetricEigen([2, 0, 0, 5], 2).values]).toEqual([5, 2]);
  });

  test('the largest ones of a large matrix are those that the exact method finds', async () => {
    for (const [size, rank, count, seed] of [
      [60, 12, 12, 1],
      [40, 40, 5, 2],
      [10, 10, 10, 3],
      [30, 3, 6, 4],
    ] as const) {
      const matrix = covariance(size, rank, seed);
      const exact = symmetricEigen(matrix, size);
      const { values, vectors } = await topEigen(matrix, size, count, 7);
      expect(values).toHaveLength(count);
      values.forEach((value, at) => expect(Math.abs(value - exact.values[at]!)).toBeLessThan(1e-3 * exact.values[0]!));
      for (let at = 0; at < Math.min(count, rank); at++) {
        const applied = product(matrix, vectors[at]!, size);
        expect(Math.hypot(...applied.map((value, index) => value - values[at]! * vectors[at]![index]!))).toBeLessThan(
          0.02 * exact.values[0]!,
        );
      }
    }
  });

  test('are the same bits for the same matrix and seed', async () => {
    const matrix = covariance(30, 30, 5);
    expect(await topEigen(matrix, 30, 4, 7)).toEqual(await topEigen(matrix, 30, 4, 7));
  });
});

describe('the right singular vectors of sparse rows', () => {
  test('are the eigenvectors of their Gram matrix with the largest values', async () => {
    for (const [count, width, asked, seed] of [
      [30, 12, 4, 1],
      [12, 30, 12, 2],
      [50, 40, 10, 3],
    ] as const) {
      const { sparse, dense } = sparseRows(count, width, 0.3, seed);
      const gram = product(transpose(dense, count, width), dense, count);
      const exact = symmetricEigen(gram, width);
      const { vectors, columns } = await topRightSingularVectors(sparse, width, asked, 7);
      expect(columns).toBe(asked);
      const byColumn = transpose(vectors, width, columns);
      for (let column = 0; column < columns; column++) {
        const vector = byColumn.subarray(column * width, (column + 1) * width);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 3);
        // What a direction explains, which is what it is kept for; single vectors of like values may turn within their span.
        expect(dotOf(vector, product(gram, vector, width))).toBeGreaterThan(0.97 * exact.values[column]!);
      }
    }
  });

  test('are no more than the rows span', async () => {
    const { sparse } = sparseRows(3, 20, 0.5, 4);
    const twice = { ...sparse, count: 2, offsets: sparse.offsets.slice(0, 3) };
    expect((await topRightSingularVectors(twice, 20, 8, 7)).columns).toBe(2);
  });

  test('are the same bits for the same rows and seed', async () => {
    const { sparse } = sparseRows(20, 20, 0.5, 4);
    expect(await topRightSingularVectors(sparse, 20, 5, 7)).toEqual(await topRightSingularVectors(sparse, 20, 5, 7));
  });
});
