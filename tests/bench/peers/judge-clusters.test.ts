import { expect, test } from 'vitest';
import { judgeClusters } from '../../../bench/peers/judge-clusters.ts';

/** Two tight groups along two axes. */
const rows = Float32Array.from(
  [
    [1, 0],
    [0.9, 0.436],
    [0, 1],
    [0.436, 0.9],
  ].flat(),
);
const labels = ['a', 'a', 'b', 'b'];

test('an outlier counts at the cluster with the nearest centre', () => {
  expect(judgeClusters(Int32Array.of(0, -1, 1, -1), labels, rows, 2)).toEqual({
    clusters: 2,
    outliers: 0.5,
    nmi: 1,
    ari: 1,
    accuracy: 1,
  });
});

test('clusters may have any numbers, and all of one cluster is worth nothing', () => {
  expect(judgeClusters(Int32Array.of(7, 7, 3, 3), labels, rows, 2)).toMatchObject({ clusters: 2, outliers: 0, ari: 1 });
  expect(judgeClusters(Int32Array.of(7, 7, 7, 7), labels, rows, 2)).toMatchObject({ clusters: 1, ari: 0, accuracy: 0.5 });
});

test('where all rows are outliers they are of one group', () => {
  expect(judgeClusters(Int32Array.of(-1, -1, -1, -1), labels, rows, 2)).toMatchObject({ clusters: 0, outliers: 1, ari: 0 });
});
