import { multiply } from '../linear-algebra/multiply.ts';

/** Rows multiplied at once: two blocks and their product stay in the processor's cache, or near it. */
const BLOCK = 1024;

/** The nearest rows of every row. */
export interface Neighbours {
  readonly count: number;
  /** Neighbours of a row. */
  readonly each: number;
  /** count × each, the nearest first; among equals the lower index first. */
  readonly indices: Int32Array;
  /** count × each, -1..1 */
  readonly cosines: Float32Array;
}

/**
 * The exact nearest neighbours by cosine, by blocked products of the rows with themselves. A pair's cosine is computed once, so it
 * is the same bits seen from either row.
 * @param rows n × dimension, of unit length
 * @param each neighbours wanted; at most n - 1 are given, and a row is not its own
 */
export const nearestNeighbours = async (rows: Float32Array, dimension: number, each: number): Promise<Neighbours> => {
  const count = rows.length / dimension;
  const kept = Math.max(0, Math.min(each, count - 1));
  const indices = new Int32Array(count * kept).fill(-1);
  const cosines = new Float32Array(count * kept).fill(-Infinity);
  if (kept === 0) return { count, each: kept, indices, cosines };
  // A row meets the others in ascending order, and a later one must be nearer to come before an earlier one.
  const offer = (row: number, other: number, cosine: number): void => {
    const first = row * kept;
    let at = first + kept - 1;
    if (!(cosine > cosines[at]!)) return;
    for (; at > first && cosine > cosines[at - 1]!; at--) {
      cosines[at] = cosines[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    cosines[at] = cosine;
    indices[at] = other;
  };
  const blockAt = (start: number): Parameters<typeof multiply>[0] => {
    const end = Math.min(count, start + BLOCK);
    return { rows: end - start, columns: dimension, values: rows.subarray(start * dimension, end * dimension) };
  };
  for (let top = 0; top < count; top += BLOCK)
    for (let left = top; left < count; left += BLOCK) {
      const product = await multiply(blockAt(top), blockAt(left), 'right');
      for (let row = 0; row < product.rows; row++)
        for (let column = left === top ? row + 1 : 0; column < product.columns; column++) {
          const cosine = product.values[row * product.columns + column]!;
          offer(top + row, left + column, cosine);
          offer(left + column, top + row, cosine);
        }
    }
  return { count, each: kept, indices, cosines };
};
