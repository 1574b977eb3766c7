import { cutTree, linkByAverage } from './average-linkage.ts';
import type { ClusterEmbeddings } from './stages.ts';

/** Candidate cuts grow by this factor; finer steps change little. */
const STEP = 1.15;
const FEWEST_GROUPS = 2;

/**
 * Average-linkage clustering, cut where cohesion × coverage is best: the mean silhouette (Rousseeuw 1987, cosine distance) with
 * tickets in groups below `minTopicSize` counted as 0, times the share of tickets in groups of that size. The silhouette alone
 * grows until only a few tight groups are left.
 * @returns group of each row, numbered by falling size; -1 for rows in groups that are too small
 */
export const clusterByAverageLinkage: ClusterEmbeddings = (embeddings, { dimension, minTopicSize }) => {
  const count = embeddings.length / dimension;
  if (count < FEWEST_GROUPS) return new Int32Array(count).fill(-1);
  const merges = linkByAverage(embeddings, dimension);
  let best = { groups: new Int32Array(count).fill(-1), quality: -Infinity };
  for (let groupCount = FEWEST_GROUPS; groupCount <= count; groupCount = Math.ceil(groupCount * STEP)) {
    const groups = dropSmall(cutTree(merges, groupCount), groupCount, minTopicSize);
    const covered = groups.reduce((sum, group) => sum + (group === -1 ? 0 : 1), 0) / count;
    const quality = silhouetteOf(embeddings, groups, dimension) * covered;
    if (covered > 0 && quality > best.quality) best = { groups, quality };
  }
  return best.groups;
};

const dropSmall = (groups: Int32Array, groupCount: number, minTopicSize: number): Int32Array<ArrayBuffer> => {
  const sizes = new Int32Array(groupCount);
  for (const group of groups) sizes[group]!++;
  const kept = Array.from(sizes.keys())
    .filter((group) => sizes[group]! >= minTopicSize)
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const renumbered = new Map(kept.map((group, index) => [group, index]));
  return Int32Array.from(groups, (group) => renumbered.get(group) ?? -1);
};

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
