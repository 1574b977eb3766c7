import { clusteringAgreement } from '../evaluate/clustering-agreement.ts';
import { leiden } from '../graph/leiden.ts';
import type { SparseRows } from '../sparse.ts';

export interface DisturbedGraphs {
  /** Of the same nodes, each without other edges: two and more. */
  readonly graphs: readonly SparseRows[];
  readonly resolution: number;
  readonly seed: number;
}

/** Mean adjusted Rand index, at most 1, of all pairs of the graphs' communities (stability, Ben-Hur, Elisseeff & Guyon 2002). */
export const stabilityOf = ({ graphs, resolution, seed }: DisturbedGraphs): number => {
  const groupings = graphs.map((graph) => leiden(graph, { resolution, seed }).ofNode);
  const pairs = groupings.flatMap((one, at) => groupings.slice(at + 1).map((other) => clusteringAgreement(one, other).ari));
  return pairs.reduce((sum, ari) => sum + ari, 0) / pairs.length;
};
