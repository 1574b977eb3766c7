import { expect, test } from 'vitest';
import { fitStandardization, keepStates, standardize } from '../../../model/space/standardized-states.ts';
import type { TextFeatures } from '../../../model/space/text-features.ts';
import { randomFloats } from '../../support/random-vectors.ts';

const COUNT = 50;
const [EMBEDDING, HIDDEN] = [3, 5];
const WIDTH = EMBEDDING + HIDDEN;
const features: TextFeatures = {
  count: COUNT,
  embedding: randomFloats(COUNT * EMBEDDING, 1),
  // The last value never differs.
  hidden: randomFloats(COUNT * HIDDEN, 2).map((value, at) => (at % HIDDEN === HIDDEN - 1 ? 7 : 5 + 100 * value)),
  terms: { count: COUNT, offsets: new Int32Array(COUNT + 1), indices: new Int32Array(0), values: new Float32Array(0) },
};
const standardization = fitStandardization(features);

test('every value has mean 0 and the same variance; a row has length 1 on average', () => {
  const rows = standardize(standardization, features);
  for (let at = 0; at < WIDTH - 1; at++) {
    const column = Array.from({ length: COUNT }, (_, row) => rows[row * WIDTH + at]! * Math.sqrt(WIDTH));
    const mean = column.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(mean).toBeCloseTo(0, 4);
    expect(column.reduce((sum, value) => sum + value ** 2, 0) / COUNT).toBeCloseTo(1, 3);
  }
});

test('a value that never differs says nothing', () => {
  const rows = standardize(standardization, features);
  for (let row = 0; row < COUNT; row++) expect(Math.abs(rows[row * WIDTH + WIDTH - 1]!)).toBeLessThan(0.01);
});

test('kept states are off by half a step at most, in whatever parts they came', () => {
  const states = keepStates(standardization, COUNT);
  const part = (from: number, to: number): TextFeatures => ({
    ...features,
    count: to - from,
    embedding: features.embedding.subarray(from * EMBEDDING, to * EMBEDDING),
    hidden: features.hidden.subarray(from * HIDDEN, to * HIDDEN),
  });
  states.keep(
    part(0, 20),
    Array.from({ length: 20 }, (_, at) => at),
  );
  states.keep(
    part(20, COUNT),
    Array.from({ length: COUNT - 20 }, (_, at) => 20 + at),
  );
  const rows = standardize(standardization, features);
  const gathered = states.gather([49, 0]);
  expect(gathered).toHaveLength(2 * WIDTH);
  const halfStep = 1 / 32 / Math.sqrt(WIDTH) + 1e-6;
  for (let at = 0; at < WIDTH; at++) {
    expect(Math.abs(gathered[at]! - rows[49 * WIDTH + at]!)).toBeLessThanOrEqual(halfStep);
    expect(Math.abs(gathered[WIDTH + at]! - rows[at]!)).toBeLessThanOrEqual(halfStep);
  }
});

test('what is far beyond the usual is kept at eight deviations', () => {
  const states = keepStates(standardization, 1);
  states.keep({ ...features, count: 1, embedding: new Float32Array(EMBEDDING).fill(1e6), hidden: new Float32Array(HIDDEN) }, [0]);
  expect(states.gather([0])[0]! * Math.sqrt(WIDTH)).toBeCloseTo(127 / 16, 4);
});
