import { clusterGraph, companyOf } from '../few-labels/pseudo-classes.ts';
import type { ResolvedCommunities } from '../graph/communities-of-numbers.ts';
import { leiden } from '../graph/leiden.ts';
import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { silhouetteOf } from './silhouette.ts';

/** Tried from coarse to fine. */
const RESOLUTIONS = [0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/** The coarsest communities within this of the best quality are taken. */
const AS_GOOD = 0.995;
/** Resolutions tried after one whose quality is clearly below the best. */
const PATIENCE = 2;
const CLEARLY_BELOW = 0.95;
/** Communities are tickets in company: with fewer than this on the mean, the search ends. */
const FEWEST_ON_MEAN = 5;

export interface ResolutionSearch {
  /** Of the graph of nearest neighbours. */
  readonly neighbours: Neighbours;
  /** n × dimension, of unit length: where the silhouette is measured. */
  readonly rows: Float32Array;
  readonly dimension: number;
  readonly seed: number;
}

/**
 * Communities at the resolution at which they are apart and yet whole: by the mean silhouette (Rousseeuw 1987, cosine), which grows
 * with their number until long after a person would call it one topic, times the mean share of a row's nearest neighbours in its own
 * community, which falls with it. Found on a part of Banking77's training texts (87 communities of 77 intents), CLINC150's
 * validation texts (133 of 150), 900 texts of 30 of its intents (27), and the sample tickets (25 of 27 topics). The silhouette in the
 * self-trained space only falls, and the silhouette alone chose 250 for Banking77.
 */
export const chooseResolution = ({ neighbours, rows, dimension, seed }: ResolutionSearch): ResolvedCommunities => {
  const graph = clusterGraph(neighbours);
  const tried: { readonly found: ResolvedCommunities; readonly quality: number }[] = [];
  let best = -Infinity;
  let after = 0;
  for (const resolution of RESOLUTIONS) {
    const found = { resolution, ...leiden(graph, { resolution, seed }) };
    const tooFine = found.count * FEWEST_ON_MEAN > graph.count;
    if (tooFine && tried.length > 0) break;
    const company = companyOf(neighbours, found.ofNode);
    const quality =
      (silhouetteOf(rows, found.ofNode, dimension) * company.reduce((sum, share) => sum + share, 0)) / Math.max(1, graph.count);
    tried.push({ found, quality });
    best = Math.max(best, quality);
    after = quality < CLEARLY_BELOW * best ? after + 1 : 0;
    if (tooFine || after === PATIENCE) break;
  }
  return tried.find(({ quality }) => quality >= Math.min(best, AS_GOOD * best))!.found;
};
