import { seededRandom } from '../random.ts';
import { transposeRows } from '../sparse.ts';
import type { SparseRows } from '../sparse.ts';
import { multiply } from './multiply.ts';
import { sparseTimesDense } from './sparse-product.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

const OVERSAMPLED = 16;
const ITERATIONS = 4;
/** Directions with less than this share of the first one's variance are rounding. */
const NEGLIGIBLE = 1e-8;

/**
 * The right singular vectors of sparse rows with the largest singular values, by randomized subspace iteration
 * (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.1). Seeded: same rows, same bits.
 * @param count how many are asked for, 1 and more
 * @returns width × columns, row by row; fewer columns than asked where the rows do not span as many
 */
export const topRightSingularVectors = async (
  rows: SparseRows,
  width: number,
  count: number,
  seed: number,
): Promise<{ readonly vectors: Float32Array; readonly columns: number }> => {
  const iterated = Math.min(rows.count, width, count + OVERSAMPLED);
  const random = seededRandom(seed);
  const transposed = transposeRows(rows, width);
  let right = Float32Array.from({ length: width * iterated }, () => 2 * random() - 1);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const left = await orthonormalizeColumns(sparseTimesDense(rows, right, iterated), iterated);
    right = sparseTimesDense(transposed, left, iterated);
  }
  // right = rowsᵀ·left with orthonormal left: the eigenvectors of rightᵀ·right turn it into scaled singular vectors.
  const whole = { rows: width, columns: iterated, values: right };
  const gram = await multiply(whole, whole, 'left');
  const { values, vectors } = symmetricEigen(gram.values, iterated);
  const columns = Math.min(count, values.findLastIndex((value) => value > values[0]! * NEGLIGIBLE) + 1);
  const turn = new Float32Array(iterated * columns);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < iterated; row++) turn[row * columns + column] = vectors[column]![row]! / Math.sqrt(values[column]!);
  const turned = await multiply(whole, { rows: iterated, columns, values: turn });
  return { vectors: turned.values, columns };
};

/** By the eigenvectors of the Gram matrix: columns that depend on others vanish instead of dividing by zero. */
const orthonormalizeColumns = async (values: Float32Array, columns: number): Promise<Float32Array> => {
  const matrix = { rows: values.length / columns, columns, values };
  const gram = await multiply(matrix, matrix, 'left');
  const eigen = symmetricEigen(gram.values, columns);
  const turn = new Float32Array(columns * columns);
  for (let column = 0; column < columns; column++) {
    const value = eigen.values[column]!;
    if (value <= eigen.values[0]! * NEGLIGIBLE) continue;
    for (let row = 0; row < columns; row++) turn[row * columns + column] = eigen.vectors[column]![row]! / Math.sqrt(value);
  }
  return (await multiply(matrix, { rows: columns, columns, values: turn })).values;
};
