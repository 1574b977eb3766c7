import { seededRandom } from '../../model/random.ts';
import type { SparseRows } from '../../model/sparse.ts';

/** Numbers between -1 and 1, seeded. */
export const randomFloats = (count: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
};

/** Rows of unit length. */
export const unitRows = (count: number, width: number, seed: number): Float32Array => {
  const rows = randomFloats(count * width, seed);
  for (let first = 0; first < rows.length; first += width) {
    const row = rows.subarray(first, first + width);
    const length = Math.hypot(...row);
    row.forEach((value, at) => (row[at] = value / length));
  }
  return rows;
};

/** Row by row, of which about the share `filled` is not zero, as sparse rows and as a dense matrix. */
export const sparseRows = (
  count: number,
  width: number,
  filled: number,
  seed: number,
): { readonly sparse: SparseRows; readonly dense: Float32Array } => {
  const random = seededRandom(seed);
  const dense = randomFloats(count * width, seed + 1).map((value) => (random() < filled ? value : 0));
  const entries = Array.from(dense.entries()).filter(([, value]) => value !== 0);
  const offsets = Int32Array.from({ length: count + 1 }, (_, row) => entries.filter(([at]) => at < row * width).length);
  return {
    dense,
    sparse: {
      count,
      offsets,
      indices: Int32Array.from(entries, ([at]) => at % width),
      values: Float32Array.from(entries, ([, value]) => value),
    },
  };
};
