import { transposeRows } from '../sparse.ts';
import type { SparseRows } from '../sparse.ts';
import type { Neighbours } from './nearest-neighbours.ts';

/**
 * The symmetric graph in which two rows are joined where either names the other among its neighbours.
 * @param weightOf weight of an edge, from the cosine of its ends; 0 and more
 * @returns count × count, indices ascending in each row, no row joined to itself
 */
export const neighbourGraph = (neighbours: Neighbours, weightOf: (cosine: number) => number): SparseRows => {
  const { count, each, indices, cosines } = neighbours;
  const named = {
    count,
    offsets: Int32Array.from({ length: count + 1 }, (_, row) => row * each),
    indices,
    values: cosines.map(weightOf),
  };
  const naming = transposeRows(named, count);
  return unite(transposeRows(naming, count), naming);
};

/** The entries of either; both must have ascending indices, and the same value where both have one. */
const unite = (one: SparseRows, other: SparseRows): SparseRows => {
  const offsets = new Int32Array(one.count + 1);
  const indices = new Int32Array(one.indices.length + other.indices.length);
  const values = new Float32Array(indices.length);
  let written = 0;
  for (let row = 0; row < one.count; row++) {
    let a = one.offsets[row]!;
    let b = other.offsets[row]!;
    const aEnd = one.offsets[row + 1]!;
    const bEnd = other.offsets[row + 1]!;
    while (a < aEnd || b < bEnd) {
      const fromOne = b >= bEnd || (a < aEnd && one.indices[a]! <= other.indices[b]!);
      const index = fromOne ? one.indices[a]! : other.indices[b]!;
      indices[written] = index;
      values[written++] = fromOne ? one.values[a]! : other.values[b]!;
      if (a < aEnd && one.indices[a] === index) a++;
      if (b < bEnd && other.indices[b] === index) b++;
    }
    offsets[row + 1] = written;
  }
  return { count: one.count, offsets, indices: indices.slice(0, written), values: values.slice(0, written) };
};
