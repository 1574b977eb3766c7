import { multiply } from '../linear-algebra/multiply.ts';
import { nearestCentroid } from '../nearest-centroid.ts';
import { quantileOf } from '../quantile.ts';
import type { FoundClusters } from './find-clusters.ts';

/** Rows compared with all centres at once. */
const COMPARED_AT_ONCE = 4_096;

export interface Centroids {
  /** count × dimension, of unit length */
  readonly rows: Float32Array;
  readonly count: number;
  readonly dimension: number;
  readonly nearestTo: (rows: Float32Array, row: number) => { readonly cluster: number; readonly similarity: number };
}

/** The mean directions of clusters. @param ofRow cluster of each row, -1 for none; every cluster has a row */
export const centroidsOf = (rows: Float32Array, ofRow: Int32Array, count: number, dimension: number): Centroids => {
  const sums = new Float64Array(count * dimension);
  ofRow.forEach((cluster, row) => {
    if (cluster !== -1) for (let at = 0; at < dimension; at++) sums[cluster * dimension + at]! += rows[row * dimension + at]!;
  });
  const centres = new Float32Array(count * dimension);
  for (let cluster = 0; cluster < count; cluster++) {
    const sum = sums.subarray(cluster * dimension, (cluster + 1) * dimension);
    const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0)) || 1;
    for (let at = 0; at < dimension; at++) centres[cluster * dimension + at] = sum[at]! / length;
  }
  return {
    rows: centres,
    count,
    dimension,
    nearestTo: (others, row) => {
      const { topic, similarity } = nearestCentroid(others, row, centres, dimension);
      return { cluster: topic, similarity };
    },
  };
};

/**
 * Assigns rows beyond the clustered sample to the nearest centre, and to none where they are farther than nearly all of its own.
 * @param all every row as it was given, and how rows are placed in the space of the centres; a part of them at a time
 * @param found clusters of the sample
 * @param farthest share of a cluster's own rows that may lie below its threshold
 */
export const assignToCentroids = async (
  all: {
    readonly rows: Float32Array;
    readonly dimension: number;
    readonly place: (part: Float32Array) => Promise<{ readonly rows: Float32Array }>;
  },
  centroids: Centroids,
  found: FoundClusters,
  sample: Int32Array,
  farthest: number,
): Promise<FoundClusters> => {
  const { dimension } = centroids;
  const count = all.rows.length / all.dimension;
  const nearest = new Int32Array(count);
  const similarities = new Float32Array(count);
  for (let first = 0; first < count; first += COMPARED_AT_ONCE) {
    const rows = Math.min(COMPARED_AT_ONCE, count - first);
    const placed = await all.place(all.rows.subarray(first * all.dimension, (first + rows) * all.dimension));
    const { values } = await multiply(
      { rows, columns: dimension, values: placed.rows },
      { rows: centroids.count, columns: dimension, values: centroids.rows },
      'right',
    );
    for (let row = 0; row < rows; row++) {
      const own = values.subarray(row * centroids.count, (row + 1) * centroids.count);
      const cluster = own.reduce((best, value, at) => (value > own[best]! ? at : best), 0);
      nearest[first + row] = cluster;
      similarities[first + row] = own[cluster]!;
    }
  }
  const own = Array.from({ length: centroids.count }, (): number[] => []);
  sample.forEach((position, at) => {
    const cluster = found.ofRow[at]!;
    if (cluster !== -1 && nearest[position] === cluster) own[cluster]!.push(similarities[position]!);
  });
  const least = own.map((values) => quantileOf(values, farthest));
  const ofRow = nearest.map((cluster, row) => (similarities[row]! >= least[cluster]! ? cluster : -1));
  sample.forEach((position, at) => {
    nearest[position] = found.nearest[at]!;
    ofRow[position] = found.ofRow[at]!;
  });
  return { nearest, ofRow, count: centroids.count };
};
