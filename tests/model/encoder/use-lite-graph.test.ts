import { afterAll, describe, expect, test } from 'vitest';
import { feedsOf } from '../../../model/encoder/pooled-graph.ts';
import { unigramTokenizer } from '../../../model/encoder/unigram-tokenizer.ts';
import {
  exactProduct,
  LARGE_PRODUCTS,
  productInWholeNumbers,
  USE_LITE_MAX_TOKENS,
  writeUseLiteGraph,
} from '../../../model/encoder/use-lite-graph.ts';
import type { WriteProduct } from '../../../model/encoder/use-lite-graph.ts';
import { readUseLite } from '../../../model/encoder/use-lite-weights.ts';
import { USE_LITE_RANGES } from '../../../model/encoder/write-use-lite.ts';
import { readableText } from '../../../model/grams.ts';
import { int } from '../../../model/onnx/graph.ts';
import { floatsOf, openSession } from '../../../model/onnx/session.ts';
import type { Feeds } from '../../../model/onnx/session.ts';
import { readMaterial } from '../../../samples/read-material.ts';
import recorded from './fixtures/use-lite-tensorflow.json' with { type: 'json' };

const source = readUseLite();
const tokenizer = unigramTokenizer(source.vocabulary);
const open = (product: WriteProduct) => openSession(writeUseLiteGraph(source, product), { threads: 1 });
const feedsFor = (text: string): Feeds => feedsOf([tokenizer.encode(text).subarray(0, USE_LITE_MAX_TOKENS)]);
const vectorOf = (base64: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
const cosine = (left: Float32Array, right: Float32Array): number => {
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  return dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
};
const texts = readMaterial()
  .letters.filter((_, index) => index % 3 === 0)
  .map(({ subject, body }) => readableText(`${subject}\n${body}`))
  .filter((text) => text !== '');

describe('the graph of the default encoder', async () => {
  const exact = await open(exactProduct);
  const inWholeNumbers = await open(productInWholeNumbers(USE_LITE_RANGES));
  afterAll(() => Promise.all([exact.release(), inWholeNumbers.release()]));

  test.for(recorded.references)('answers what TensorFlow.js does: $text', async ({ text, embedding, hidden }) => {
    const said = await exact.run(feedsFor(text));
    for (const [name, expected] of [
      ['embedding', vectorOf(embedding)],
      ['hidden', vectorOf(hidden)],
    ] as const) {
      const values = floatsOf(said, name);
      expect(values).toHaveLength(expected.length);
      const differences = expected.map((value, at) => Math.abs(value - values[at]!) / Math.max(1, Math.abs(value)));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    }
  });

  test('says nearly the same with its large products in whole numbers', async () => {
    const cosines: number[] = [];
    for (const text of texts) {
      const feeds = feedsFor(text);
      const [one, other] = [await exact.run(feeds), await inWholeNumbers.run(feeds)];
      cosines.push(cosine(floatsOf(one, 'embedding'), floatsOf(other, 'embedding')));
    }
    expect(Math.min(...cosines)).toBeGreaterThan(0.997);
    expect(cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toBeGreaterThan(0.999);
  });
});

test('the ranges of its activations hold what tickets give', async () => {
  const observing: WriteProduct = (graph, name, value, { values, shape }) => {
    for (const [end, operator] of [
      ['least', 'ReduceMin'],
      ['largest', 'ReduceMax'],
    ] as const)
      graph.output(`${name}.${end}`, graph.apply(operator, [value], { keepdims: int(0) }), 'float32', []);
    return graph.apply('MatMul', [value, graph.weights(values, shape)]);
  };
  const session = await open(observing);
  for (const text of texts) {
    const said = await session.run(feedsFor(text));
    for (const name of LARGE_PRODUCTS) {
      const { least, largest } = USE_LITE_RANGES[name];
      expect(floatsOf(said, `${name}.least`)[0]).toBeGreaterThanOrEqual(least);
      expect(floatsOf(said, `${name}.largest`)[0]).toBeLessThanOrEqual(largest);
    }
  }
  await session.release();
});
