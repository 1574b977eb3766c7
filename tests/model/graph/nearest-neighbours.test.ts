import { describe, expect, it } from 'vitest';
import { nearestNeighbours } from '../../../model/graph/nearest-neighbours.ts';
import { neighbourGraph } from '../../../model/graph/neighbour-graph.ts';
import { clusteredPoints } from '../few-labels/clustered-points.ts';

const spread = (each: number): ReturnType<typeof clusteredPoints> =>
  clusteredPoints({ groups: 1, each, dimension: 4, noise: 5, seed: 3 });

const cosineOf = (rows: Float32Array, dimension: number, one: number, other: number): number => {
  let sum = 0;
  for (let at = 0; at < dimension; at++) sum += rows[one * dimension + at]! * rows[other * dimension + at]!;
  return sum;
};

describe('nearest neighbours', () => {
  it('are those that comparing every pair finds, also across blocks', async () => {
    const { rows, dimension } = spread(1100);
    const { indices, cosines, each } = await nearestNeighbours(rows, dimension, 5);
    for (const row of [0, 1, 511, 1023, 1024, 1099]) {
      const nearest = Array.from({ length: 1100 }, (_, other) => cosineOf(rows, dimension, row, other))
        .map((cosine, other) => (other === row ? -2 : cosine))
        .sort((a, b) => b - a)
        .slice(0, 5);
      nearest.forEach((cosine, rank) => {
        expect(cosines[row * each + rank]).toBeCloseTo(cosine, 5);
        expect(cosineOf(rows, dimension, row, indices[row * each + rank]!)).toBeCloseTo(cosine, 5);
      });
    }
  });

  it('come in the order of their index where they are equally near', async () => {
    const rows = new Float32Array(12).map((_, at) => (at % 2 === 0 ? 1 : 0));
    const { indices } = await nearestNeighbours(rows, 2, 3);
    expect([...indices.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect([...indices.subarray(12, 15)]).toEqual([0, 1, 2]);
  });

  it('are all the others where there are fewer than wanted', async () => {
    const { each, indices } = await nearestNeighbours(Float32Array.of(1, 0, 0, 1), 2, 10);
    expect(each).toBe(1);
    expect([...indices]).toEqual([1, 0]);
    expect((await nearestNeighbours(Float32Array.of(1, 0), 2, 10)).each).toBe(0);
  });

  it('make a symmetric graph that holds every named pair once', async () => {
    const { rows, dimension } = spread(60);
    const neighbours = await nearestNeighbours(rows, dimension, 4);
    const graph = neighbourGraph(neighbours, (cosine) => Math.max(0, cosine));
    const entries = new Map<string, number>();
    for (let row = 0; row < graph.count; row++) {
      const others = [...graph.indices.subarray(graph.offsets[row], graph.offsets[row + 1])];
      expect(others).toEqual([...new Set(others)].toSorted((a, b) => a - b));
      others.forEach((other, at) => entries.set(`${row} ${other}`, graph.values[graph.offsets[row]! + at]!));
    }
    for (const [pair, weight] of entries) expect(entries.get(pair.split(' ').toReversed().join(' '))).toBe(weight);
    const named = new Set(
      [...neighbours.indices].flatMap((other, at) => [`${Math.floor(at / 4)} ${other}`, `${other} ${Math.floor(at / 4)}`]),
    );
    expect(new Set(entries.keys())).toEqual(named);
  });
});
