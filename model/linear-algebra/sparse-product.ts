import type { SparseRows } from '../sparse.ts';

/**
 * Sparse rows times a dense matrix.
 * @param dense width × columns, row by row
 * @returns rows × columns
 */
export const sparseTimesDense = (rows: SparseRows, dense: Float32Array, columns: number): Float32Array => {
  const product = new Float32Array(rows.count * columns);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows.count; row++) {
    sums.fill(0);
    for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
      const first = rows.indices[entry]! * columns;
      const value = rows.values[entry]!;
      for (let at = 0; at < columns; at++) sums[at]! += value * dense[first + at]!;
    }
    product.set(sums, row * columns);
  }
  return product;
};

/**
 * The transpose of sparse rows times a dense matrix.
 * @param dense rows × columns, row by row
 * @param width columns of the sparse rows
 * @returns width × columns
 */
export const sparseTransposedTimesDense = (
  rows: SparseRows,
  width: number,
  dense: Float32Array,
  columns: number,
): Float32Array => {
  const product = new Float32Array(width * columns);
  for (let row = 0; row < rows.count; row++) {
    const source = row * columns;
    for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
      const first = rows.indices[entry]! * columns;
      const value = rows.values[entry]!;
      for (let at = 0; at < columns; at++) product[first + at]! += value * dense[source + at]!;
    }
  }
  return product;
};
