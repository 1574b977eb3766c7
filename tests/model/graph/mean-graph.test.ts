import { expect, test } from 'vitest';
import { meanGraph } from '../../../model/graph/mean-graph.ts';
import type { SparseRows } from '../../../model/sparse.ts';

const graphOf = (rows: readonly (readonly (readonly [number, number])[])[]): SparseRows => ({
  count: rows.length,
  offsets: Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]),
  indices: Int32Array.from(rows.flat(), ([other]) => other),
  values: Float32Array.from(rows.flat(), ([, weight]) => weight),
});

const PATH = graphOf([
  [[1, 0.5]],
  [
    [0, 0.5],
    [2, 0.25],
  ],
  [[1, 0.25]],
]);
const STAR = graphOf([
  [
    [1, 1],
    [2, 0.5],
  ],
  [[0, 1]],
  [[0, 0.5]],
]);

test('an edge weighs the mean of its weights, and nothing in a graph without it', () => {
  expect(meanGraph([PATH, STAR])).toEqual(
    graphOf([
      [
        [1, 0.75],
        [2, 0.25],
      ],
      [
        [0, 0.75],
        [2, 0.125],
      ],
      [
        [0, 0.25],
        [1, 0.125],
      ],
    ]),
  );
});

test('the mean of one graph is that graph', () => {
  expect(meanGraph([PATH])).toEqual(PATH);
});
