import { sparseTimesDense } from '../linear-algebra/sparse-product.ts';
import type { SparseRows } from '../sparse.ts';

/** Rows compared with all groups at once. */
const ROWS_AT_ONCE = 4_096;

/**
 * Mean silhouette under cosine distance, -1..1; rows without a group count as 0, and so does everything where there is one group.
 * The mean similarity to a group is the inner product with its mean, so this takes rows × groups steps, not rows².
 * @param embeddings n × dimension, rows L2-normalised
 */
export const silhouetteOf = (embeddings: Float32Array, groups: Int32Array, dimension: number): number => {
  const groupCount = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  if (groupCount < 2 || groups.length === 0) return 0;
  const sums = new Float64Array(groupCount * dimension);
  const sizes = new Int32Array(groupCount);
  groups.forEach((group, row) => {
    if (group === -1) return;
    sizes[group]!++;
    for (let at = 0; at < dimension; at++) sums[group * dimension + at]! += embeddings[row * dimension + at]!;
  });
  let total = 0;
  const turned = new Float32Array(sums.length);
  for (let group = 0; group < groupCount; group++)
    for (let at = 0; at < dimension; at++) turned[at * groupCount + group] = sums[group * dimension + at]!;
  for (let first = 0; first < groups.length; first += ROWS_AT_ONCE) {
    const part = embeddings.subarray(first * dimension, (first + ROWS_AT_ONCE) * dimension);
    const similarities = sparseTimesDense(fullRows(part, dimension), turned, groupCount);
    groups.subarray(first, first + ROWS_AT_ONCE).forEach((own, row) => {
      if (own === -1 || sizes[own] === 1) return;
      const toGroups = similarities.subarray(row * groupCount, (row + 1) * groupCount);
      const within = (toGroups[own]! - 1) / (sizes[own]! - 1);
      let nearest = -Infinity;
      for (let group = 0; group < groupCount; group++)
        if (group !== own) nearest = Math.max(nearest, toGroups[group]! / sizes[group]!);
      const largest = Math.max(1 - within, 1 - nearest);
      if (largest > 0) total += (within - nearest) / largest;
    });
  }
  return total / groups.length;
};

/** Dense rows as sparse ones, whose product needs no turn of the event loop. */
const fullRows = (values: Float32Array, dimension: number): SparseRows => {
  const count = values.length / dimension;
  const offsets = new Int32Array(count + 1);
  const indices = new Int32Array(values.length);
  for (let row = 0; row < count; row++) {
    offsets[row + 1] = (row + 1) * dimension;
    for (let at = 0; at < dimension; at++) indices[row * dimension + at] = at;
  }
  return { count, offsets, indices, values };
};
