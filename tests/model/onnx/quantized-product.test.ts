import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Graph } from '../../../model/onnx/graph.ts';
import { quantizeColumns, quantizedProduct } from '../../../model/onnx/quantized-product.ts';
import { floatsOf, floatTensor, openSession } from '../../../model/onnx/session.ts';

const ROWS = 4;
const COLUMNS = 3;
const matrix = fc
  .array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: ROWS * COLUMNS, maxLength: ROWS * COLUMNS })
  .map((values) => Float32Array.from(values, (value) => value / 1_000));

test('a column in whole numbers is off by at most half a step, and never needs more than seven bits', () => {
  fc.assert(
    fc.property(matrix, (values) => {
      const quantized = quantizeColumns(values, COLUMNS);
      for (const [at, value] of values.entries()) {
        const scale = quantized.scales[at % COLUMNS]!;
        expect(Math.abs(quantized.values[at]!)).toBeLessThanOrEqual(64);
        expect(Math.abs(quantized.values[at]! * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
      }
    }),
  );
});

test('a column of zeros stays one', () => {
  expect(quantizeColumns(new Float32Array(4), 2).values).toEqual(new Int8Array(4));
});

const multiply = async (value: Float32Array, weights: Float32Array, range: { least: number; largest: number }) => {
  const graph = new Graph();
  const product = quantizedProduct(
    graph,
    graph.input('value', 'float32', ['n', ROWS]),
    { values: weights, shape: [ROWS, COLUMNS] },
    range,
  );
  graph.output('product', product, 'float32', ['n', COLUMNS]);
  const session = await openSession(graph.encode(), { threads: 1 });
  const result = floatsOf(await session.run({ value: floatTensor(value, [value.length / ROWS, ROWS]) }), 'product');
  await session.release();
  return result;
};

test('a product in whole numbers is near the exact one', async () => {
  const weights = Float32Array.from([1, -0.5, 0.25, 0.5, 1, -0.75, -1, 0.1, 0.9, 0.3, -0.2, 0.6]);
  const product = await multiply(Float32Array.from([0.5, -1, 2, 0]), weights, { least: -1, largest: 2 });
  const exact = [0.5 - 0.5 - 2, -0.25 - 1 + 0.2, 0.125 + 0.75 + 1.8];
  exact.forEach((value, at) => expect(Math.abs(product[at]! - value)).toBeLessThan(0.05));
});

test('what lies outside the range is cut to it', async () => {
  const identity = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  const product = await multiply(Float32Array.from([9, -9, 1, 0]), identity, { least: -1, largest: 2 });
  expect([...product].map((value) => Number(value.toFixed(1)))).toEqual([2, -1, 1]);
});

test('the same row gives the same bits alone and among larger ones', async () => {
  const weights = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(at));
  const row = [0.1, 0.7, -0.3, 0.2];
  const alone = await multiply(Float32Array.from(row), weights, { least: -1, largest: 1 });
  const among = await multiply(Float32Array.from([...row, 1, 1, -1, -1]), weights, { least: -1, largest: 1 });
  expect(among.slice(0, COLUMNS)).toEqual(alone);
});
