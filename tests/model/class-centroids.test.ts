import { expect, test } from 'vitest';
import { classCentroids, nearestCentroidCosines } from '../../model/class-centroids.ts';

const ROWS = Float32Array.from([1, 0, 0.6, 0.8, 0, 1]);

test('a centroid is the mean direction of its rows, of unit length', () => {
  const centroids = classCentroids(ROWS, 2, Int32Array.of(0, 0, 1), 2);
  expect(centroids[1]! / centroids[0]!).toBeCloseTo(0.5, 6);
  expect(Math.hypot(centroids[0]!, centroids[1]!)).toBeCloseTo(1, 6);
  expect([...centroids.subarray(2)]).toEqual([0, 1]);
});

test('a row is as near as its nearest centroid; a class without rows is near to nothing', () => {
  const centroids = classCentroids(ROWS, 2, Int32Array.of(0, 2, 2), 3);
  const cosines = nearestCentroidCosines(Float32Array.from([1, 0, 0, 1, -1, 0]), 2, centroids);
  expect(cosines[0]).toBeCloseTo(1, 6);
  expect(cosines[1]).toBeCloseTo(0.9487, 3);
  expect(cosines[2]).toBe(0);
});
