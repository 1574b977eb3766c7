import { communitiesOfNumbers } from '../graph/communities-of-numbers.ts';
import { leiden } from '../graph/leiden.ts';
import { nearestNeighbours } from '../graph/nearest-neighbours.ts';
import type { SparseRows } from '../sparse.ts';
import { discriminate, fitDiscriminant } from './discriminant.ts';
import { joinUnit } from './join-unit.ts';
import type { JoinedBlock } from './join-unit.ts';
import { spreadingGraph } from './label-propagation.ts';
import { CLUSTER_NEIGHBOURS, clusterGraph, confidentMembers, PSEUDO_CLASS_SHRINKAGE } from './pseudo-classes.ts';

/** Communities looked for, for each class: coarser, as many, finer. */
const COMMUNITIES_PER_CLASS = [0.5, 1, 2];
const ROUNDS = 2;
export const SPREADING_NEIGHBOURS = 15;

export interface SelfTrainedSpace {
  /** n × dimension: the rows it was trained from */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** n × trainedDimension, of unit length */
  readonly trained: Float32Array;
  readonly trainedDimension: number;
  /** n × n: the graph of `trained` along which labels spread */
  readonly graph: SparseRows;
}

export interface SelfTraining {
  /** n × dimension, of unit length */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** Classes that the labels will have, 1 and more: sets the sizes of the communities. */
  readonly classCount: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * A space in which rows that belong together lie closer than in the given one, learnt without a label: communities of the graph of
 * neighbours serve as classes for a discriminant analysis, whose directions join the given ones, in two rounds and at three sizes of
 * communities. The same for any labels, so it is made once for all folds.
 */
export const selfTrainedSpace = async (training: SelfTraining): Promise<SelfTrainedSpace> => {
  const { rows, dimension, classCount, seed, onProgress } = training;
  const count = rows.length / dimension;
  const total = 2 + COMMUNITIES_PER_CLASS.length;
  const given = await nearestNeighbours(rows, dimension, CLUSTER_NEIGHBOURS);
  onProgress?.(1, total);
  const wanted = COMMUNITIES_PER_CLASS.map((share) => Math.max(2, Math.round(share * classCount)));
  const found = communitiesOfNumbers(clusterGraph(given), wanted, seed);
  onProgress?.(2, total);
  const blocks: JoinedBlock[] = [{ values: rows, columns: dimension, length: Math.sqrt(found.length) }];
  for (const { resolution, ofNode } of found) {
    let block = await discriminantBlock(training, confidentMembers(given, ofNode));
    for (let round = 1; round < ROUNDS; round++) {
      const space = joinUnit(count, [{ values: rows, columns: dimension, length: 1 }, block]);
      const neighbours = await nearestNeighbours(space.rows, space.dimension, CLUSTER_NEIGHBOURS);
      const communities = leiden(clusterGraph(neighbours), { resolution, seed });
      block = await discriminantBlock(training, confidentMembers(neighbours, communities.ofNode));
    }
    blocks.push(block);
    onProgress?.(1 + blocks.length, total);
  }
  const joined = joinUnit(count, blocks);
  const neighbours = await nearestNeighbours(joined.rows, joined.dimension, SPREADING_NEIGHBOURS);
  return { rows, dimension, trained: joined.rows, trainedDimension: joined.dimension, graph: spreadingGraph(neighbours) };
};

const discriminantBlock = async ({ rows, dimension }: SelfTraining, classes: Int32Array): Promise<JoinedBlock> => {
  const discriminant = await fitDiscriminant({ rows, dimension, classes }, PSEUDO_CLASS_SHRINKAGE);
  return { values: await discriminate(discriminant, rows), columns: discriminant.columns, length: 1 };
};
