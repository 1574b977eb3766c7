import { dot } from '../average-linkage.ts';
import { discriminate, fitDiscriminant } from '../few-labels/discriminant.ts';
import type { Discriminant } from '../few-labels/discriminant.ts';
import { joinUnit } from '../few-labels/join-unit.ts';
import {
  CLUSTER_NEIGHBOURS,
  clusterGraph,
  companyOf,
  confidentMembers,
  PSEUDO_CLASS_SHRINKAGE,
} from '../few-labels/pseudo-classes.ts';
import { gatherRows } from '../gather-rows.ts';
import { communitiesOfNumbers } from '../graph/communities-of-numbers.ts';
import { leiden } from '../graph/leiden.ts';
import { nearestNeighbours } from '../graph/nearest-neighbours.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { quantileOf } from '../quantile.ts';
import { samplePositions } from '../random.ts';
import type { SparseRows } from '../sparse.ts';
import { assignToCentroids, centroidsOf } from './centroids.ts';
import { chooseResolution } from './choose-resolution.ts';

/** Rows that are clustered; more of them are assigned to the clusters found, so that time and memory stay bounded. */
export const MOST_CLUSTERED = 6_000;
const ROUNDS = 2;
/** A row with a smaller share of its neighbours in its own cluster belongs to none. */
const LEAST_COMPANY = 1 / 3;
/** Share of a cluster's own rows below whose similarity to its centre a row that was not clustered belongs to none. */
const FARTHEST_SHARE = 0.02;
/** Tukey's inner fence: of normal values, one in 300 lies below. */
const FENCE = 1.5;
const FEWEST_NEIGHBOURS = 3;
/** A search for a number ends within a tenth of it. */
const MORE_THAN_ASKED = [1.12, 1.3, 1.6];

export interface ClusterSearch {
  /** n × dimension, of unit length; no row of zeros. */
  readonly rows: Float32Array;
  readonly dimension: number;
  readonly seed: number;
  /** Smaller clusters are none: their rows are outliers. */
  readonly minSize: number;
  /** Clusters wanted, whatever their sizes; found out where it is missing. */
  readonly number?: number | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface FoundClusters {
  /** Cluster of each row, or the nearest one of an outlier, 0..count-1, numbered from the largest down; -1 only where there is no cluster. */
  readonly nearest: Int32Array;
  /** The same with -1 for outliers. */
  readonly ofRow: Int32Array;
  readonly count: number;
}

/**
 * Finds clusters and their number: communities (Leiden) of the graph of the ten nearest neighbours by cosine, then two rounds in
 * which the confident members of the communities train a discriminant analysis whose directions join the rows, and the communities
 * are looked for anew in that space ("self-training"). On Banking77's test texts this lifts the mutual information of k-means from
 * .70 to .77. Same rows and seed, same clusters.
 */
export const findClusters = async (search: ClusterSearch): Promise<FoundClusters> => {
  const { rows, dimension, seed } = search;
  const count = rows.length / dimension;
  if (count < 2) return { nearest: new Int32Array(count).fill(-1), ofRow: new Int32Array(count).fill(-1), count: 0 };
  if (count <= MOST_CLUSTERED) {
    const { ofRow, outlier } = await clusterAll(search);
    return keepLarge(ofRow, outlier, search);
  }
  const sample = samplePositions(count, MOST_CLUSTERED, seed);
  const sampled = gatherRows(rows, sample, dimension);
  const { ofRow, outlier, discriminant } = await clusterAll({ ...search, rows: sampled });
  const kept = keepLarge(ofRow, outlier, { ...search, rows: sampled });
  if (kept.count === 0) return { nearest: new Int32Array(count).fill(-1), ofRow: new Int32Array(count).fill(-1), count: 0 };
  const place = (part: Float32Array): ReturnType<typeof spaceOf> => spaceOf(part, dimension, discriminant);
  const space = await place(sampled);
  const centroids = centroidsOf(space.rows, kept.ofRow, kept.count, space.dimension);
  return assignToCentroids({ rows, dimension, place }, centroids, kept, sample, FARTHEST_SHARE);
};

interface Clustered {
  readonly ofRow: Int32Array;
  readonly outlier: readonly boolean[];
  readonly discriminant: Discriminant;
}

const clusterAll = async ({ rows, dimension, seed, number, onProgress }: ClusterSearch): Promise<Clustered> => {
  const each = neighboursFor(rows.length / dimension);
  const total = 2 + ROUNDS;
  let neighbours = await nearestNeighbours(rows, dimension, each);
  onProgress?.(1, total);
  const first =
    number === undefined
      ? chooseResolution({ neighbours, rows, dimension, seed })
      : communitiesOfNumbers(clusterGraph(neighbours), [number], seed)[0]!;
  onProgress?.(2, total);
  let { ofNode } = first;
  let discriminant = await trainOn(rows, dimension, neighbours, ofNode);
  for (let round = 1; round <= ROUNDS; round++) {
    const space = await spaceOf(rows, dimension, discriminant);
    neighbours = await nearestNeighbours(space.rows, space.dimension, each);
    const trained = clusterGraph(neighbours);
    ofNode =
      number !== undefined && round === ROUNDS
        ? communitiesAsked(trained, space, number, seed)
        : leiden(trained, { resolution: first.resolution, seed }).ofNode;
    if (round < ROUNDS) discriminant = await trainOn(rows, dimension, neighbours, ofNode);
    onProgress?.(2 + round, total);
  }
  const farAway = farFromTheirs(rows, dimension, ofNode);
  const outlier = Array.from(companyOf(neighbours, ofNode), (share, row) => share < LEAST_COMPANY || farAway[row] === true);
  return { ofRow: ofNode, outlier, discriminant };
};

/** Whether a row is far from its cluster's centre as the others are not: below the inner quartiles by FENCE times their distance. */
const farFromTheirs = (rows: Float32Array, dimension: number, ofRow: Int32Array): readonly boolean[] => {
  const count = ofRow.reduce((most, cluster) => Math.max(most, cluster + 1), 0);
  const centres = centroidsOf(rows, ofRow, count, dimension);
  const similarities = Array.from(ofRow, (cluster, row) => dot(rows, row, centres.rows, cluster, dimension));
  const own = Array.from({ length: count }, (): number[] => []);
  ofRow.forEach((cluster, row) => own[cluster]!.push(similarities[row]!));
  const fences = own.map((values) => {
    const lower = quantileOf(values, 0.25);
    return lower - FENCE * (quantileOf(values, 0.75) - lower);
  });
  return similarities.map((similarity, row) => similarity < fences[ofRow[row]!]!);
};

/** Rather more communities than asked for, of which the smallest join those whose centres are nearest. */
const communitiesAsked = (
  graph: SparseRows,
  { rows, dimension }: { readonly rows: Float32Array; readonly dimension: number },
  number: number,
  seed: number,
): Int32Array => {
  const tried = communitiesOfNumbers(
    graph,
    MORE_THAN_ASKED.map((factor) => Math.ceil(factor * number)),
    seed,
  );
  const found = tried.find(({ count }) => count >= number) ?? tried.at(-1)!;
  const ofNode = found.ofNode.slice();
  // Numbered from the largest down: the last is the smallest, or was before others joined it.
  for (let last = found.count - 1; last >= number; last--) {
    const joined = ofNode.map((community) => (community === last ? -1 : community));
    const centres = centroidsOf(rows, joined, last, dimension);
    const own = centroidsOf(
      rows,
      ofNode.map((community) => (community === last ? 0 : -1)),
      1,
      dimension,
    );
    const { cluster } = centres.nearestTo(own.rows, 0);
    for (let node = 0; node < ofNode.length; node++) if (ofNode[node] === last) ofNode[node] = cluster;
  }
  return ofNode;
};

/** Fewer among few rows, where ten neighbours would reach beyond every group. */
const neighboursFor = (count: number): number =>
  Math.max(FEWEST_NEIGHBOURS, Math.min(CLUSTER_NEIGHBOURS, Math.floor(Math.sqrt(count) / 2)));

const trainOn = (rows: Float32Array, dimension: number, neighbours: Neighbours, ofRow: Int32Array): Promise<Discriminant> =>
  fitDiscriminant({ rows, dimension, classes: confidentMembers(neighbours, ofRow) }, PSEUDO_CLASS_SHRINKAGE);

/** The rows beside what a discriminant analysis makes of them. */
const spaceOf = async (rows: Float32Array, dimension: number, discriminant: Discriminant) =>
  joinUnit(rows.length / dimension, [
    { values: rows, columns: dimension, length: 1 },
    { values: await discriminate(discriminant, rows), columns: discriminant.columns, length: 1 },
  ]);

/** Clusters of too few rows are dissolved; their rows are outliers, and nearest to the remaining cluster with the nearest centre. */
const keepLarge = (
  ofRow: Int32Array,
  outlier: readonly boolean[],
  { rows, dimension, minSize, number }: Pick<ClusterSearch, 'rows' | 'dimension' | 'minSize' | 'number'>,
): FoundClusters => {
  const inCompany = new Set(ofRow.filter((_, row) => outlier[row] !== true));
  // A cluster that was asked for stays, though nobody in it has company.
  const stays = (cluster: number): boolean => number !== undefined && !inCompany.has(cluster);
  const members = ofRow.map((cluster, row) => (outlier[row] === true && !stays(cluster) ? -1 : cluster));
  const sizes = new Map<number, number>();
  for (const cluster of members) if (cluster !== -1) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const order = [...sizes]
    .filter(([, size]) => size >= (number === undefined ? minSize : 1))
    .sort(([left, leftSize], [right, rightSize]) => rightSize - leftSize || left - right);
  const numbers = new Map(order.map(([cluster], place) => [cluster, place]));
  const kept = members.map((cluster) => numbers.get(cluster) ?? -1);
  if (order.length === 0) return { nearest: kept, ofRow: kept, count: 0 };
  const lost = ofRow.map((cluster) => (numbers.has(cluster) ? -1 : 0));
  const centroids = centroidsOf(rows, kept, order.length, dimension);
  const nearest = ofRow.map((cluster, row) =>
    lost[row] === -1 ? numbers.get(cluster)! : centroids.nearestTo(rows, row).cluster,
  );
  return { nearest, ofRow: kept, count: order.length };
};
