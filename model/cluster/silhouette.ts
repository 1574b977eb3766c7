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
  groups.forEach((own, row) => {
    if (own === -1 || sizes[own] === 1) return;
    let within = 0;
    let nearest = -Infinity;
    for (let group = 0; group < groupCount; group++) {
      let similarity = 0;
      for (let at = 0; at < dimension; at++) similarity += embeddings[row * dimension + at]! * sums[group * dimension + at]!;
      if (group === own) within = (similarity - 1) / (sizes[own]! - 1);
      else nearest = Math.max(nearest, similarity / sizes[group]!);
    }
    const largest = Math.max(1 - within, 1 - nearest);
    if (largest > 0) total += (within - nearest) / largest;
  });
  return total / groups.length;
};
