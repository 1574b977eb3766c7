import type { Neighbours } from '../graph/nearest-neighbours.ts';
import { neighbourGraph } from '../graph/neighbour-graph.ts';
import type { SparseRows } from '../sparse.ts';

/** Neighbours of a row in the graph whose communities serve as classes. */
export const CLUSTER_NEIGHBOURS = 10;
/** A member of a community is confident where at least this share of its neighbours is in it as well. */
const CONFIDENT_SHARE = 0.6;
/** Of a discriminant analysis by such classes. */
export const PSEUDO_CLASS_SHRINKAGE = 0.3;
/** Leiden wants weights above 0. */
const LEAST_WEIGHT = 1e-4;

export const clusterGraph = (neighbours: Neighbours): SparseRows =>
  neighbourGraph(neighbours, (cosine) => Math.max(LEAST_WEIGHT, cosine));

/** Share of each row's neighbours that are in its community, 0..1. */
export const companyOf = ({ each, indices }: Neighbours, communities: Int32Array): Float64Array =>
  Float64Array.from(communities, (community, row) => {
    let within = 0;
    for (let at = row * each; at < (row + 1) * each; at++) if (communities[indices[at]!] === community) within++;
    return each === 0 ? 0 : within / each;
  });

/** Community of each row, -1 where too few of its neighbours are in it. */
export const confidentMembers = (neighbours: Neighbours, communities: Int32Array): Int32Array => {
  const company = companyOf(neighbours, communities);
  return communities.map((community, row) => (company[row]! >= CONFIDENT_SHARE ? community : -1));
};
