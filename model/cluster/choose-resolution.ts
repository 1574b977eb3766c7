import { clusterGraph, companyOf } from '../few-labels/pseudo-classes.ts';
import { leiden } from '../graph/leiden.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { thinGraph } from '../graph/thin-graph.ts';
import type { SparseRows } from '../sparse.ts';
import { openSecondThread, WORTH_A_THREAD } from '../threads/second-thread.ts';
import { silhouetteOf } from './silhouette.ts';
import { stabilityOf } from './stability.ts';
import type { DisturbedGraphs } from './stability.ts';

/** Tried from coarse to fine. Modularity (1) is the coarsest: it joins already what is small beside the whole (Fortunato & Barthélemy 2007). */
const RESOLUTIONS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/** Share of the edges that a thinned graph keeps, and how many such graphs are compared with each other. */
const KEPT_EDGES = 0.6;
const THINNED = 3;
/** Where several are within this of the best quality, the geometric mean of the resolutions is taken. */
const AS_GOOD = 0.995;
/** Of the mean share of neighbours in the quality: at 1 it hardly changes beyond what a person would call one topic. */
const COMPANY_POWER = 1.25;
/** Resolutions tried after one whose quality is clearly below the best. */
const PATIENCE = 2;
const CLEARLY_BELOW = 0.9;
/** Communities are tickets in company: with fewer than this on the mean, the search ends. */
const FEWEST_ON_MEAN = 5;
/** Resolutions whose stability is asked for while the qualities of the one before them are measured. */
const AHEAD = 2;

export interface ResolutionSearch {
  /** Of the graph whose communities are counted. */
  readonly neighbours: Neighbours;
  /** n × dimension, of unit length: where the silhouette is measured. */
  readonly rows: Float32Array;
  readonly dimension: number;
  readonly seed: number;
}

export interface ChosenResolution {
  readonly resolution: number;
  /** Communities at that resolution, about. */
  readonly count: number;
}

/**
 * The resolution at which communities are apart, whole, and stay when the graph is disturbed. Its quality is the product of the mean
 * silhouette (Rousseeuw 1987, cosine), which grows with their number until long after a person would call it one topic; the mean share
 * of a row's nearest neighbours in its own community, which falls with it; and the root of the mean adjusted Rand index between the
 * communities of graphs that lost four tenths of their edges by chance (see stabilityOf): where one subject is cut in parts, chance decides
 * where. The root, because the index of three graphs is noisy. With many rows a second thread measures the stability, with the same bits.
 */
export const chooseResolution = async ({ neighbours, rows, dimension, seed }: ResolutionSearch): Promise<ChosenResolution> => {
  const graph = clusterGraph(neighbours);
  const thinned = Array.from({ length: THINNED }, (_, at) => thinGraph(graph, KEPT_EDGES, seed + at));
  const stability = openStability({ graphs: thinned, seed }, graph.count >= WORTH_A_THREAD);
  const tried: { readonly resolution: number; readonly count: number; readonly quality: number }[] = [];
  let best = -Infinity;
  let after = 0;
  for (const [at, resolution] of RESOLUTIONS.entries()) {
    stability.prepare(RESOLUTIONS.slice(at, at + AHEAD));
    const { ofNode, count } = leiden(graph, { resolution, seed });
    const tooFine = count * FEWEST_ON_MEAN > graph.count;
    if (tooFine && tried.length > 0) break;
    const company = companyOf(neighbours, ofNode);
    const whole = company.reduce((sum, share) => sum + share, 0) / Math.max(1, graph.count);
    const apart = silhouetteOf(rows, ofNode, dimension) * whole ** COMPANY_POWER;
    const quality = apart * Math.sqrt(Math.max(0, await stability.at(resolution)));
    tried.push({ resolution, count, quality });
    best = Math.max(best, quality);
    after = quality < CLEARLY_BELOW * best ? after + 1 : 0;
    if (tooFine || after === PATIENCE) break;
  }
  await stability.close();
  const good = tried.filter(({ quality }) => quality >= Math.min(best, AS_GOOD * best));
  const meanOf = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return {
    resolution: meanOf(good.map(({ resolution }) => resolution)),
    count: Math.round(meanOf(good.map(({ count }) => count))),
  };
};

interface Stability {
  /** Begins with what will be asked for, where there is another thread for it. */
  readonly prepare: (resolutions: readonly number[]) => void;
  readonly at: (resolution: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

const openStability = (disturbed: Omit<DisturbedGraphs, 'resolution'>, beside: boolean): Stability => {
  const thread = beside ? openSecondThread(AHEAD) : undefined;
  if (thread === undefined)
    return {
      prepare: () => {},
      at: (resolution) => Promise.resolve(stabilityOf({ ...disturbed, resolution })),
      close: () => Promise.resolve(),
    };
  const asked = new Map<number, Promise<number>>();
  const ask = (resolution: number): Promise<number> => {
    const known = asked.get(resolution);
    if (known !== undefined) return known;
    // Copies: what is asked with is handed over.
    const answer = thread.ask('stabilityOf', () => ({ ...disturbed, graphs: disturbed.graphs.map(copyOf), resolution }));
    // What was begun in vain fails when the thread is closed, and nobody waits for it.
    answer.catch(() => {});
    asked.set(resolution, answer);
    return answer;
  };
  const prepare = (resolutions: readonly number[]): void => {
    for (const resolution of resolutions) void ask(resolution);
  };
  return { prepare, at: ask, close: thread.close };
};

const copyOf = ({ count, offsets, indices, values }: SparseRows): SparseRows => ({
  count,
  offsets: offsets.slice(),
  indices: indices.slice(),
  values: values.slice(),
});
