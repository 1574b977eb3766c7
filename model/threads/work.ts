import { trainWideHere } from '../cluster/self-training.ts';
import type { WideTraining } from '../cluster/self-training.ts';
import { stabilityOf } from '../cluster/stability.ts';
import type { DisturbedGraphs } from '../cluster/stability.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { graphOf } from '../encoder/graph-of.ts';
import type { GraphSource } from '../encoder/graph-of.ts';
import type { GraphAnswer, TextGraph } from '../encoder/text-graph.ts';
import { trainNetworks } from '../network/train-networks.ts';
import type { NetworkSize } from '../network/train-networks.ts';
import type { NetworkWeights } from '../network/network.ts';
import type { NetworkData } from '../network/train-network.ts';

/** What another thread can be asked for: what goes there and back is plain data. */
export interface Work {
  readonly openGraph: (source: GraphSource) => Promise<void>;
  /** By the graph opened last. */
  readonly runGraph: (rows: readonly Int32Array[]) => Promise<GraphAnswer>;
  readonly trainNetworks: (training: {
    readonly data: NetworkData;
    readonly size: NetworkSize;
    readonly count: number;
  }) => Promise<NetworkWeights>;
  readonly trainWide: (training: WideTraining) => Promise<Neighbours>;
  readonly stabilityOf: (disturbed: DisturbedGraphs) => Promise<number>;
}

export const openWork = (): Work => {
  let graph: Promise<TextGraph> | undefined;
  return {
    openGraph: async (source) => {
      graph = graphOf(source);
      await graph;
    },
    runGraph: async (rows) => (await graph!).run(rows),
    trainNetworks: ({ data, size, count }) => trainNetworks(data, size, count),
    trainWide: trainWideHere,
    stabilityOf: (disturbed) => Promise.resolve(stabilityOf(disturbed)),
  };
};
