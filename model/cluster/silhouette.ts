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
  const similarities = new Float64Array(groupCount);
  groups.forEach((own, row) => {
    if (own === -1 || sizes[own] === 1) return;
    multiplySums(embeddings.subarray(row * dimension, (row + 1) * dimension), sums, similarities);
    const within = (similarities[own]! - 1) / (sizes[own]! - 1);
    let nearest = -Infinity;
    for (let group = 0; group < groupCount; group++)
      if (group !== own) nearest = Math.max(nearest, similarities[group]! / sizes[group]!);
    const largest = Math.max(1 - within, 1 - nearest);
    if (largest > 0) total += (within - nearest) / largest;
  });
  return total / groups.length;
};

/** Inner products of a row with the sum of each group, four groups at a time: one sum alone waits for each addition before the next. */
const multiplySums = (row: Float32Array, sums: Float64Array, into: Float64Array): void => {
  const dimension = row.length;
  const groupCount = into.length;
  let group = 0;
  for (; group + 4 <= groupCount; group += 4) {
    const first = group * dimension;
    const second = first + dimension;
    const third = second + dimension;
    const fourth = third + dimension;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let at = 0; at < dimension; at++) {
      const value = row[at]!;
      a += value * sums[first + at]!;
      b += value * sums[second + at]!;
      c += value * sums[third + at]!;
      d += value * sums[fourth + at]!;
    }
    into[group] = a;
    into[group + 1] = b;
    into[group + 2] = c;
    into[group + 3] = d;
  }
  for (; group < groupCount; group++) {
    let sum = 0;
    for (let at = 0; at < dimension; at++) sum += row[at]! * sums[group * dimension + at]!;
    into[group] = sum;
  }
};
