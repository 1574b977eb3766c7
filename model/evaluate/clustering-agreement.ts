import { bestMatching } from './best-matching.ts';

/** How well clusters agree with labels. */
export interface ClusteringAgreement {
  /** Normalised mutual information, by the arithmetic mean of the entropies (as scikit-learn's default), 0..1. */
  readonly nmi: number;
  /** Adjusted Rand index (Hubert & Arabie 1985): 0 by chance, 1 at most. */
  readonly ari: number;
  /** Share of tickets right under the best one-to-one matching of clusters and labels. */
  readonly accuracy: number;
}

/**
 * Compares two groupings of the same n items; groups are any numbers, and every item counts.
 * @throws RangeError where there are no items, or the lengths differ
 */
export const clusteringAgreement = (clusters: Int32Array, labels: Int32Array): ClusteringAgreement => {
  const count = clusters.length;
  if (count === 0 || count !== labels.length)
    throw new RangeError(`${count} clusters and ${labels.length} labels cannot be compared; give as many of both, one at least.`);
  const [ofCluster, clusterSizes] = numbered(clusters);
  const [ofLabel, labelSizes] = numbered(labels);
  const columns = labelSizes.length;
  const table = new Float64Array(clusterSizes.length * columns);
  for (let at = 0; at < count; at++) table[ofCluster[at]! * columns + ofLabel[at]!]!++;

  let information = 0;
  table.forEach((both, cell) => {
    const expected = clusterSizes[Math.floor(cell / columns)]! * labelSizes[cell % columns]!;
    if (both > 0) information += (both / count) * Math.log((both * count) / expected);
  });
  const entropies = (entropyOf(clusterSizes, count) + entropyOf(labelSizes, count)) / 2;

  const together = sumOf(table.map(pairs));
  const [inClusters, inLabels] = [sumOf(clusterSizes.map(pairs)), sumOf(labelSizes.map(pairs))];
  const byChance = count < 2 ? 0 : (inClusters * inLabels) / pairs(count);
  const most = (inClusters + inLabels) / 2;

  const matched = bestMatching(table, clusterSizes.length, columns);
  const right = matched.reduce((sum, label, cluster) => sum + (label === -1 ? 0 : table[cluster * columns + label]!), 0);
  return {
    nmi: entropies === 0 ? 1 : Math.max(0, information / entropies),
    ari: most === byChance ? 1 : (together - byChance) / (most - byChance),
    accuracy: right / count,
  };
};

/** Groups numbered from 0 in the order of their first item, and their sizes. */
const numbered = (groups: Int32Array): readonly [Int32Array, Float64Array] => {
  const numbers = new Map<number, number>();
  const ofItem = groups.map((group) => {
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
  const sizes = new Float64Array(numbers.size);
  for (const number of ofItem) sizes[number]!++;
  return [ofItem, sizes];
};

const pairs = (size: number): number => (size * (size - 1)) / 2;

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

const entropyOf = (sizes: Float64Array, count: number): number =>
  sizes.reduce((sum, size) => sum - (size / count) * Math.log(size / count), 0);
