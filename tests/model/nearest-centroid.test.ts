import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dot } from '../../model/average-linkage.ts';
import { nearestCentroid } from '../../model/nearest-centroid.ts';
import { randomFloats } from '../support/random-vectors.ts';

test('the nearest centroid is the one with the largest inner product, to the last bit, however many there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (count, dimension, seed) => {
      const rows = randomFloats(3 * dimension, seed);
      const centroids = randomFloats(count * dimension, seed + 1);
      const similarities = Array.from({ length: count }, (_, topic) => dot(rows, 1, centroids, topic, dimension));
      const best = Math.max(...similarities);
      expect(nearestCentroid(rows, 1, centroids, dimension)).toEqual({ topic: similarities.indexOf(best), similarity: best });
    }),
  );
});

test('of equal centroids the first is taken', () => {
  const row = Float32Array.of(1, 0);
  for (const first of [0, 1, 5]) {
    const centroids = new Float32Array(2 * 7);
    for (let topic = first; topic < 7; topic++) centroids[2 * topic] = 1;
    expect(nearestCentroid(row, 0, centroids, 2).topic).toBe(first);
  }
});

test('without centroids there is none', () => {
  expect(nearestCentroid(Float32Array.of(1), 0, new Float32Array(0), 1)).toEqual({ topic: -1, similarity: 0 });
});
