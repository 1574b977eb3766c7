import { clusteringAgreement } from '../evaluate/clustering-agreement.ts';
import { clusterGraph, companyOf } from '../few-labels/pseudo-classes.ts';
import { leiden } from '../graph/leiden.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { thinGraph } from '../graph/thin-graph.ts';
import { silhouetteOf } from './silhouette.ts';

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
 * communities of graphs that lost four tenths of their edges by chance (stability, Ben-Hur, Elisseeff & Guyon 2002): where one subject
 * is cut in parts, chance decides where. The root, because the index of three graphs is noisy.
 */
export const chooseResolution = ({ neighbours, rows, dimension, seed }: ResolutionSearch): ChosenResolution => {
  const graph = clusterGraph(neighbours);
  const thinned = Array.from({ length: THINNED }, (_, at) => thinGraph(graph, KEPT_EDGES, seed + at));
  const tried: { readonly resolution: number; readonly count: number; readonly quality: number }[] = [];
  let best = -Infinity;
  let after = 0;
  for (const resolution of RESOLUTIONS) {
    const { ofNode, count } = leiden(graph, { resolution, seed });
    const tooFine = count * FEWEST_ON_MEAN > graph.count;
    if (tooFine && tried.length > 0) break;
    const company = companyOf(neighbours, ofNode);
    const whole = company.reduce((sum, share) => sum + share, 0) / Math.max(1, graph.count);
    const stability = agreementAmong(thinned.map((part) => leiden(part, { resolution, seed }).ofNode));
    const quality = silhouetteOf(rows, ofNode, dimension) * whole ** COMPANY_POWER * Math.sqrt(Math.max(0, stability));
    tried.push({ resolution, count, quality });
    best = Math.max(best, quality);
    after = quality < CLEARLY_BELOW * best ? after + 1 : 0;
    if (tooFine || after === PATIENCE) break;
  }
  const good = tried.filter(({ quality }) => quality >= Math.min(best, AS_GOOD * best));
  const meanOf = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return {
    resolution: meanOf(good.map(({ resolution }) => resolution)),
    count: Math.round(meanOf(good.map(({ count }) => count))),
  };
};

/** Mean adjusted Rand index of all pairs. */
const agreementAmong = (groupings: readonly Int32Array[]): number => {
  const pairs = groupings.flatMap((one, at) => groupings.slice(at + 1).map((other) => clusteringAgreement(one, other).ari));
  return pairs.reduce((sum, ari) => sum + ari, 0) / pairs.length;
};
