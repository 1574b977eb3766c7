import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dotProduct, meanDirection, packDirection, unpackDirection } from '../../../core/topic/embedding.ts';

const DIMENSION = 256;
const vectors = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: DIMENSION, maxLength: DIMENSION })
  .map((values) => Float32Array.from(values))
  .filter((vector) => vector.some((value) => Math.abs(value) > 1e-3));

const cosine = (a: Float32Array, b: Float32Array): number => dotProduct(a, b) / Math.sqrt(dotProduct(a, a) * dotProduct(b, b));

describe('a packed direction', () => {
  test('has nearly the same cosines', () => {
    fc.assert(
      fc.property(vectors, vectors, (a, b) => {
        const packed = dotProduct(unpackDirection(packDirection(a)), unpackDirection(packDirection(b)));
        expect(Math.abs(packed - cosine(a, b))).toBeLessThan(0.01);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('takes a byte a value', () => {
    expect(atob(packDirection(new Float32Array(DIMENSION).fill(0.1)))).toHaveLength(DIMENSION);
  });

  test('of nothing stays nothing', () => {
    expect(unpackDirection(packDirection(new Float32Array(3)))).toEqual(new Float32Array(3));
    expect(unpackDirection(packDirection(new Float32Array(0)))).toEqual(new Float32Array(0));
  });

  test('keeps its signs, and is of unit length', () => {
    expect(Array.from(unpackDirection(packDirection(Float32Array.from([-3, 4]))), (value) => value.toFixed(2))).toEqual([
      '-0.60',
      '0.80',
    ]);
  });
});

test('the mean direction lies between', () => {
  const mean = meanDirection([Float32Array.from([1, 0]), Float32Array.from([0, 1])]);
  expect(mean[0]).toBeCloseTo(Math.SQRT1_2);
  expect(mean[1]).toBeCloseTo(Math.SQRT1_2);
});

test('directions of different dimensions are not alike', () => {
  expect(dotProduct(Float32Array.from([1]), Float32Array.from([1, 0]))).toBe(0);
});
