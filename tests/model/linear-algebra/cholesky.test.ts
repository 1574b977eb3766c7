import { describe, expect, it } from 'vitest';
import { cholesky, solveLower, solveLowerTransposed } from '../../../model/linear-algebra/cholesky.ts';
import { seededNormal } from '../few-labels/clustered-points.ts';

/** A · Aᵀ plus a little on the diagonal. */
const positiveDefinite = (size: number, seed: number): Float64Array => {
  const normal = seededNormal(seed);
  const factor = Float64Array.from({ length: size * size }, normal);
  return Float64Array.from({ length: size * size }, (_, at) => {
    const row = Math.floor(at / size);
    const column = at % size;
    let sum = row === column ? 0.1 : 0;
    for (let inner = 0; inner < size; inner++) sum += factor[row * size + inner]! * factor[column * size + inner]!;
    return sum;
  });
};

describe('cholesky', () => {
  it('gives a lower triangle whose product with its transpose is the matrix', () => {
    for (const size of [1, 2, 7, 20]) {
      const matrix = positiveDefinite(size, size);
      const lower = cholesky(matrix, size);
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++) {
          let product = 0;
          for (let at = 0; at < size; at++) product += lower[row * size + at]! * lower[column * size + at]!;
          expect(product).toBeCloseTo(matrix[row * size + column]!, 9);
          expect(lower[row * size + column] === 0 || column <= row).toBe(true);
        }
    }
  });

  it('solves for several right sides, forwards and then backwards', () => {
    const size = 12;
    const matrix = positiveDefinite(size, 4);
    const wanted = Float64Array.from({ length: size * 3 }, seededNormal(8));
    const right = new Float64Array(size * 3);
    for (let row = 0; row < size; row++)
      for (let column = 0; column < 3; column++)
        for (let at = 0; at < size; at++) right[row * 3 + column]! += matrix[row * size + at]! * wanted[at * 3 + column]!;
    const lower = cholesky(matrix, size);
    solveLower(lower, size, right, 3);
    solveLowerTransposed(lower, size, right, 3);
    right.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 7));
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow('not positive definite (row 1)');
  });
});
