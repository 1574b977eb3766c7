import { expect, test } from 'vitest';
import { neighbourGraph } from '../../../model/graph/neighbour-graph.ts';
import { thinGraph } from '../../../model/graph/thin-graph.ts';
import type { SparseRows } from '../../../model/sparse.ts';

const COUNT = 400;
const EACH = 5;

/** Each node beside those that follow it. */
const ring = (): SparseRows =>
  neighbourGraph(
    {
      count: COUNT,
      each: EACH,
      indices: Int32Array.from({ length: COUNT * EACH }, (_, at) => (Math.floor(at / EACH) + 1 + (at % EACH)) % COUNT),
      cosines: new Float32Array(COUNT * EACH).fill(0.5),
    },
    (cosine) => cosine,
  );

const edgesOf = ({ count, offsets, indices }: SparseRows): ReadonlySet<string> => {
  const edges = new Set<string>();
  for (let node = 0; node < count; node++)
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) edges.add(`${node} ${indices[edge]!}`);
  return edges;
};

test('a thinned graph keeps about the share of the edges, each in both directions', () => {
  const edges = edgesOf(thinGraph(ring(), 0.6, 1));
  expect(edges.size / edgesOf(ring()).size).toBeCloseTo(0.6, 1);
  for (const edge of edges) expect(edges.has(edge.split(' ').toReversed().join(' '))).toBe(true);
});

test('another seed keeps other edges, and the same seed the same', () => {
  expect(edgesOf(thinGraph(ring(), 0.6, 1))).toEqual(edgesOf(thinGraph(ring(), 0.6, 1)));
  const [one, other] = [edgesOf(thinGraph(ring(), 0.6, 1)), edgesOf(thinGraph(ring(), 0.6, 2))];
  const both = [...one].filter((edge) => other.has(edge)).length;
  expect(both / edgesOf(ring()).size).toBeCloseTo(0.36, 1);
});
