import { discriminate, fitDiscriminant } from '../few-labels/discriminant.ts';
import type { Discriminant } from '../few-labels/discriminant.ts';
import { joinUnit } from '../few-labels/join-unit.ts';
import type { JoinedBlock } from '../few-labels/join-unit.ts';
import { CLUSTER_NEIGHBOURS, clusterGraph, confidentMembers, PSEUDO_CLASS_SHRINKAGE } from '../few-labels/pseudo-classes.ts';
import { communitiesOfNumbers } from '../graph/communities-of-numbers.ts';
import { nearestNeighbours } from '../graph/nearest-neighbours.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { openSecondThread, WORTH_A_THREAD } from '../threads/second-thread.ts';

/** How a view is trained by itself. */
interface SelfTraining {
  /** Communities whose confident members are the classes of an analysis, for each cluster wanted. */
  readonly sizes: readonly number[];
  readonly shrinkage: number;
}

/** Of rows alone: coarser, as many, finer. */
export const ALONE: SelfTraining = { sizes: [0.5, 1, 2], shrinkage: PSEUDO_CLASS_SHRINKAGE };
/** Of rows beside a wide view, which errs elsewhere. */
export const BESIDE_WIDE: SelfTraining = { sizes: [1], shrinkage: 0.1 };
const WIDE: SelfTraining = { sizes: [1], shrinkage: 0.6 };
const FEWEST_NEIGHBOURS = 3;

export interface View {
  readonly rows: Float32Array;
  readonly dimension: number;
}

export interface WideTraining extends View {
  /** Clusters. */
  readonly wanted: number;
  readonly seed: number;
}

export const neighboursIn = ({ rows, dimension }: View): Promise<Neighbours> =>
  nearestNeighbours(rows, dimension, neighboursFor(rows.length / dimension));

/** Joins a view with the directions that its own communities lie apart in. */
export const selfTrain = async (
  { rows, dimension }: View,
  given: Neighbours,
  { sizes, shrinkage, wanted, seed }: SelfTraining & { readonly wanted: number; readonly seed: number },
): Promise<{ readonly space: View; readonly neighbours: Neighbours; readonly discriminants: readonly Discriminant[] }> => {
  const discriminants: Discriminant[] = [];
  for (const { ofNode } of communitiesOfNumbers(clusterGraph(given), around(wanted, sizes), seed))
    discriminants.push(await fitDiscriminant({ rows, dimension, classes: confidentMembers(given, ofNode) }, shrinkage));
  const space = await spaceOf(rows, dimension, discriminants);
  return { space, neighbours: await neighboursIn(space), discriminants };
};

/** Neighbours in the wide view, trained by itself; with many rows on a second thread, with the same bits. The rows stay here. */
export const trainWide = async ({ rows, dimension, wanted, seed }: WideTraining): Promise<Neighbours> => {
  const thread = rows.length / dimension >= WORTH_A_THREAD ? openSecondThread(1) : undefined;
  if (thread === undefined) return trainWideHere({ rows, dimension, wanted, seed });
  try {
    return await thread.ask('trainWide', () => ({ rows: rows.slice(), dimension, wanted, seed }));
  } finally {
    await thread.close();
  }
};

/** As trainWide, on this thread. */
export const trainWideHere = async ({ wanted, seed, ...view }: WideTraining): Promise<Neighbours> =>
  (await selfTrain(view, await neighboursIn(view), { ...WIDE, wanted, seed })).neighbours;

/** Numbers of communities: a number times each factor, two and more. */
export const around = (number: number, factors: readonly number[]): readonly number[] =>
  factors.map((factor) => Math.max(2, Math.round(factor * number)));

/** Fewer among few rows, where ten neighbours would reach beyond every group. */
const neighboursFor = (count: number): number =>
  Math.max(FEWEST_NEIGHBOURS, Math.min(CLUSTER_NEIGHBOURS, Math.floor(Math.sqrt(count) / 2)));

/** The rows beside what the discriminant analyses make of them, as long as all of these together. */
export const spaceOf = async (rows: Float32Array, dimension: number, discriminants: readonly Discriminant[]): Promise<View> => {
  const blocks: JoinedBlock[] = [{ values: rows, columns: dimension, length: Math.sqrt(discriminants.length) }];
  for (const discriminant of discriminants)
    blocks.push({ values: await discriminate(discriminant, rows), columns: discriminant.columns, length: 1 });
  return joinUnit(rows.length / dimension, blocks);
};
