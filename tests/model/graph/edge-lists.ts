import type { SparseRows } from '../../../model/sparse.ts';

export type Edge = readonly [one: number, other: number, weight?: number];

/** A symmetric graph; weights are 1 where none is given. An edge must be named once. */
export const graphOf = (count: number, edges: readonly Edge[]): SparseRows => {
  const links = Array.from({ length: count }, (): (readonly [number, number])[] => []);
  for (const [one, other, weight = 1] of edges) {
    links[one]!.push([other, weight]);
    links[other]!.push([one, weight]);
  }
  for (const row of links) row.sort(([a], [b]) => a - b);
  const offsets = new Int32Array(count + 1);
  links.forEach((row, node) => (offsets[node + 1] = offsets[node]! + row.length));
  const flat = links.flat();
  return {
    count,
    offsets,
    indices: Int32Array.from(flat, ([index]) => index),
    values: Float32Array.from(flat, ([, value]) => value),
  };
};

/** Cliques of one size in a ring, each joined to the next by one edge. Node n is of clique ⌊n / size⌋. */
export const ringOfCliques = (cliques: number, size: number): readonly Edge[] => {
  const edges: Edge[] = [];
  for (let clique = 0; clique < cliques; clique++) {
    for (let one = 0; one < size; one++)
      for (let other = 0; other < one; other++) edges.push([clique * size + one, clique * size + other]);
    edges.push([clique * size, ((clique + 1) % cliques) * size + 1]);
  }
  return edges;
};
