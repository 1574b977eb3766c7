import { centroidsOf } from '../../model/cluster/centroids.ts';
import { clusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import type { ClusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';

export interface JudgedClusters extends ClusteringAgreement {
  readonly clusters: number;
  /** Share of the rows, 0..1. */
  readonly outliers: number;
}

/**
 * Judges clusters by labels, everybody's alike: every row counts, an outlier at the cluster with the nearest centre by cosine.
 * @param ofRow cluster of each row, -1 for outliers
 * @param rows n × dimension, of unit length
 */
export const judgeClusters = (
  ofRow: Int32Array,
  labels: readonly string[],
  rows: Float32Array,
  dimension: number,
): JudgedClusters => {
  const numbers = new Map<number, number>();
  const own = ofRow.map((cluster) => {
    if (cluster === -1) return -1;
    if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
    return numbers.get(cluster)!;
  });
  const centres = centroidsOf(rows, own, numbers.size, dimension);
  const nearest = own.map((cluster, row) => (cluster === -1 ? centres.nearestTo(rows, row).cluster : cluster));
  const labelNumbers = new Map([...new Set(labels)].map((label, at) => [label, at]));
  return {
    clusters: numbers.size,
    outliers: own.filter((cluster) => cluster === -1).length / own.length,
    ...clusteringAgreement(
      nearest,
      Int32Array.from(labels, (label) => labelNumbers.get(label)!),
    ),
  };
};
