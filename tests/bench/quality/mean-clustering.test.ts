import { expect, test } from 'vitest';
import { meanClustering } from '../../../bench/quality/mean-clustering.ts';
import type { ClusteringMeasurement } from '../../../bench/quality/measure-clustering.ts';

const run = (ari: number, clusters: number): ClusteringMeasurement => ({
  clusters,
  themes: 1,
  outliers: 0,
  nmi: 0.5,
  ari,
  accuracy: 0.5,
  namesThatFit: 1,
  seconds: 2,
});

test('each number of several runs is averaged by itself, to four digits', () => {
  const mean = meanClustering([run(0.1, 30), run(0.2, 41), run(0.2, 40)]);
  expect(mean).toMatchObject({ ari: 0.1667, clusters: 37, outliers: 0, nmi: 0.5, seconds: 2 });
});
