import { dot } from '../average-linkage.ts';
import type { Discriminant } from '../few-labels/discriminant.ts';
import { clusterGraph, companyOf } from '../few-labels/pseudo-classes.ts';
import { gatherRows } from '../gather-rows.ts';
import { communitiesOfNumbers } from '../graph/communities-of-numbers.ts';
import { leiden } from '../graph/leiden.ts';
import { meanGraph } from '../graph/mean-graph.ts';
import { quantileOf } from '../quantile.ts';
import { samplePositions } from '../random.ts';
import type { SparseRows } from '../sparse.ts';
import { assignToCentroids, centroidsOf } from './centroids.ts';
import { chooseResolution } from './choose-resolution.ts';
import { mergeClusters } from './merge-clusters.ts';
import { ALONE, around, BESIDE_WIDE, neighboursIn, selfTrain, spaceOf, trainWide } from './self-training.ts';
import type { View } from './self-training.ts';

/** Rows that are clustered; more of them are assigned to the clusters found, so that time and memory stay bounded. */
export const MOST_CLUSTERED = 6_000;

/** Resolution in the trained graph beside the one chosen in the given space, whose communities are as many: there they lie closer. */
const FINER = { alone: 1.35, besideWide: 1.6 };
/** Communities looked for in that space, for each cluster that was asked for; then merged. The later where the earlier are too few. */
const MORE_THAN_ASKED = [1.25, 1.6, 2.2];
/** Told of a search's progress. */
const STEPS = 4;
/** A row with a smaller share of its neighbours in its own cluster, in every view, belongs to none. */
const LEAST_COMPANY = 1 / 3;
/** Share of a cluster's own rows below whose similarity to its centre a row that was not clustered belongs to none. */
const FARTHEST_SHARE = 0.02;
/** Tukey's inner fence: of normal values, one in 300 lies below. */
const FENCE = 1.5;

/** A second view of the rows, in which clusters are looked for as well. */
export interface WideView {
  readonly dimension: number;
  /** @returns positions × dimension, of unit length */
  readonly rowsAt: (positions: Int32Array) => Float32Array;
}

export interface ClusterSearch {
  /** n × dimension, of unit length; no row of zeros. */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** The same rows with what the short ones leave out; passed over where it has more values than there are rows. @default none */
  readonly wide?: WideView | undefined;
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
 * Finds clusters and their number. Communities (Leiden) of the graph of the ten nearest neighbours by cosine, at three sizes around the
 * number, serve as classes: their confident members train discriminant analyses whose directions join the rows ("self-training"). In
 * that space communities are found anew; where a number is asked for, a quarter more of them, then merged: communities alone are all of a
 * size, which subjects are not. Where there is a wide view too, each view is trained by one analysis, and communities are found in the
 * mean of their graphs. Same rows and seed, same clusters.
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
  const { ofRow, outlier, discriminants } = await clusterAll({
    ...search,
    rows: sampled,
    wide: sampledView(search.wide, sample),
  });
  const kept = keepLarge(ofRow, outlier, { ...search, rows: sampled });
  if (kept.count === 0) return { nearest: new Int32Array(count).fill(-1), ofRow: new Int32Array(count).fill(-1), count: 0 };
  const place = (part: Float32Array): ReturnType<typeof spaceOf> => spaceOf(part, dimension, discriminants);
  const space = await place(sampled);
  const centroids = centroidsOf(space.rows, kept.ofRow, kept.count, space.dimension);
  return assignToCentroids({ rows, dimension, place }, centroids, kept, sample, FARTHEST_SHARE);
};

const sampledView = (wide: WideView | undefined, sample: Int32Array): WideView | undefined =>
  wide && { dimension: wide.dimension, rowsAt: (positions) => wide.rowsAt(positions.map((at) => sample[at]!)) };

interface Clustered {
  readonly ofRow: Int32Array;
  readonly outlier: readonly boolean[];
  readonly discriminants: readonly Discriminant[];
}

const clusterAll = async ({ rows, dimension, wide: offered, seed, number, onProgress }: ClusterSearch): Promise<Clustered> => {
  const count = rows.length / dimension;
  const wide = offered !== undefined && count >= offered.dimension ? offered : undefined;
  const given = await neighboursIn({ rows, dimension });
  onProgress?.(1, STEPS);
  const chosen = number === undefined ? await chooseResolution({ neighbours: given, rows, dimension, seed }) : undefined;
  onProgress?.(2, STEPS);
  const wanted = chosen?.count ?? number!;
  const wideView = wide && { rows: wide.rowsAt(Int32Array.from({ length: count }, (_, row) => row)), dimension: wide.dimension };
  const training = wideView === undefined ? ALONE : BESIDE_WIDE;
  const [ofWide, { space, neighbours, discriminants }] = await Promise.all([
    wideView && trainWide({ ...wideView, wanted, seed }),
    selfTrain({ rows, dimension }, given, { ...training, wanted, seed }),
  ]);
  const views = ofWide === undefined ? [neighbours] : [neighbours, ofWide];
  onProgress?.(3, STEPS);
  const graph = meanGraph(views.map(clusterGraph));
  const ofRow =
    chosen === undefined
      ? await mergedTo(number!, space, graph, seed)
      : leiden(graph, { resolution: chosen.resolution * (wide === undefined ? FINER.alone : FINER.besideWide), seed }).ofNode;
  const farAway = farFromTheirs(rows, dimension, ofRow);
  const company = views.map((view) => companyOf(view, ofRow));
  const outlier = Array.from(ofRow, (_, row) => company.every((share) => share[row]! < LEAST_COMPANY) || farAway[row] === true);
  onProgress?.(STEPS, STEPS);
  return { ofRow, outlier, discriminants };
};

/** As many clusters as are asked for: rather more communities, merged. */
const mergedTo = (number: number, { rows, dimension }: View, graph: SparseRows, seed: number): Promise<Int32Array> => {
  const tried = communitiesOfNumbers(graph, around(number, MORE_THAN_ASKED), seed);
  const { ofNode: ofRow, count } = tried.find((found) => found.count >= number) ?? tried.at(-1)!;
  return mergeClusters(rows, dimension, { ofRow, count }, number);
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
