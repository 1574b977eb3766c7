import type { ClusteringMeasurement } from './measure-clustering.ts';

/** Of several runs, each number by itself. */
export const meanClustering = (runs: readonly ClusteringMeasurement[]): Readonly<Record<keyof ClusteringMeasurement, number>> => {
  const mean = (of: (run: ClusteringMeasurement) => number): number =>
    Number((runs.reduce((sum, run) => sum + of(run), 0) / runs.length).toFixed(4));
  return {
    clusters: mean(({ clusters }) => clusters),
    themes: mean(({ themes }) => themes),
    outliers: mean(({ outliers }) => outliers),
    nmi: mean(({ nmi }) => nmi),
    ari: mean(({ ari }) => ari),
    accuracy: mean(({ accuracy }) => accuracy),
    namesThatFit: mean(({ namesThatFit }) => namesThatFit),
    seconds: mean(({ seconds }) => seconds),
  };
};
