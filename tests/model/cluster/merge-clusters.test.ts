import { expect, test } from 'vitest';
import { mergeClusters } from '../../../model/cluster/merge-clusters.ts';

/** Points on a line, as rows of one value: where each cluster lies, and how many rows it has. */
const line = (clusters: readonly (readonly [at: number, size: number])[]) => ({
  rows: Float32Array.from(clusters.flatMap(([at, size]) => Array.from({ length: size }, () => at))),
  groups: {
    ofRow: Int32Array.from(clusters.flatMap(([, size], cluster) => Array.from({ length: size }, () => cluster))),
    count: clusters.length,
  },
});

const merged = async (clusters: readonly (readonly [at: number, size: number])[], number: number): Promise<readonly number[]> => {
  const { rows, groups } = line(clusters);
  const ofRow = await mergeClusters(rows, 1, groups, number);
  return clusters.map((_, cluster) => ofRow[groups.ofRow.indexOf(cluster)]!);
};

test('the nearest of clusters of a size are merged first', async () => {
  expect(
    await merged(
      [
        [0, 3],
        [1, 3],
        [5, 3],
        [5.5, 3],
        [20, 3],
      ],
      3,
    ),
  ).toEqual([0, 0, 1, 1, 2]);
});

test('small clusters are merged rather than large ones that lie as near', async () => {
  expect(
    await merged(
      [
        [0, 40],
        [1, 40],
        [10, 2],
        [11, 2],
      ],
      3,
    ),
  ).toEqual([0, 1, 2, 2]);
});

test('a merged cluster lies where the mean of its rows is', async () => {
  // The mean of the first two is at 0.5: nearer to 2.7 than to -2, though the first is not.
  expect(
    await merged(
      [
        [0, 1],
        [1, 1],
        [2.7, 2],
        [-2, 2],
      ],
      2,
    ),
  ).toEqual([0, 0, 0, 1]);
});

test('as many clusters as there are, or more asked for than there are, stay as they are', async () => {
  expect(
    await merged(
      [
        [0, 2],
        [1, 2],
      ],
      5,
    ),
  ).toEqual([0, 1]);
});
