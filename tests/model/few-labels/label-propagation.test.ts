import { describe, expect, it } from 'vitest';
import { spreadLabels, spreadingGraph } from '../../../model/few-labels/label-propagation.ts';
import { nearestNeighbours } from '../../../model/graph/nearest-neighbours.ts';
import { graphOf } from '../graph/edge-lists.ts';

describe('label spreading', () => {
  it('follows two arcs from one labelled point each', async () => {
    // Points of two arcs of the circle; the ends of one arc are nearer to the other's label than to their own.
    const angles = Float32Array.from({ length: 80 }, (_, at) => (at < 40 ? at * 0.04 : 2 + (at - 40) * 0.04));
    const rows = Float32Array.from([...angles].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
    const classes = new Int32Array(80).fill(-1).with(0, 0).with(40, 1);
    const shares = spreadLabels(spreadingGraph(await nearestNeighbours(rows, 2, 4)), classes, 2);
    for (let row = 0; row < 80; row++) expect(shares[row * 2 + (row < 40 ? 0 : 1)]).toBeGreaterThan(0.9);
  });

  it('sums to 1 where a label is within reach, and is 0 elsewhere', () => {
    const graph = graphOf(5, [
      [0, 1, 0.7],
      [1, 2, 0.7],
      [3, 4, 1],
    ]);
    const shares = spreadLabels(graph, Int32Array.of(0, -1, 1, -1, -1), 2);
    for (const row of [0, 1, 2]) expect(shares[row * 2]! + shares[row * 2 + 1]!).toBeCloseTo(1, 6);
    expect([...shares.subarray(6)]).toEqual([0, 0, 0, 0]);
    expect(shares[2]).toBeCloseTo(0.5, 6);
  });

  it('gives classes the mass that they have among the labelled rows', () => {
    // A chain with one label of each class near its left end: without the correction the right one's class would have most.
    const graph = graphOf(
      12,
      Array.from({ length: 11 }, (_, at) => [at, at + 1, 0.5] as const),
    );
    const shares = spreadLabels(graph, new Int32Array(12).fill(-1).with(0, 0).with(2, 1), 2);
    let mass = 0;
    for (let row = 0; row < 12; row++) mass += shares[row * 2]!;
    expect(mass).toBeGreaterThan(4);
    expect(mass).toBeLessThan(8);
  });

  it('has a graph whose weights are divided by the roots of both degrees', () => {
    const graph = spreadingGraph({
      count: 3,
      each: 1,
      indices: Int32Array.of(1, 0, 0),
      cosines: Float32Array.of(1, 1, 0.5),
    });
    expect([...graph.indices]).toEqual([1, 2, 0, 0]);
    expect(graph.values[0]).toBeCloseTo(1 / Math.sqrt(1.125), 6);
    expect(graph.values[1]).toBeCloseTo(0.125 / Math.sqrt(1.125 * 0.125), 6);
  });
});
