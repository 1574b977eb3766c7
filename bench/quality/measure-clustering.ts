import { clusterTexts } from '../../model/cluster/cluster-texts.ts';
import type { ClusteredTexts, Reader } from '../../model/cluster/cluster-texts.ts';
import { EMPTY_WORDS } from '../../model/empty-words.ts';
import { clusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import type { ClusteringAgreement } from '../../model/evaluate/clustering-agreement.ts';
import { foldWord } from '../../model/fold-word.ts';
import { normaliseText, wordsOf } from '../../model/grams.ts';
import type { GroupedTexts } from './clustering-sets.ts';

const MIN_SIZE = 5;
/** A name fits where all its words are in this share of its cluster's tickets, and in less than the other of all others. */
const NAMED_AT_LEAST = 0.5;
const ELSEWHERE_BELOW = 0.1;

export interface ClusteringMeasurement extends ClusteringAgreement {
  readonly clusters: number;
  readonly themes: number;
  /** Share of the texts, 0..1. */
  readonly outliers: number;
  /** Share of the clusters whose name fits, 0..1. */
  readonly namesThatFit: number;
  readonly seconds: number;
}

/** Every text counts, an outlier at the cluster that is nearest to it. */
export const measureClustering = async (
  { texts, labels }: GroupedTexts,
  reader: Reader,
  seed: number,
  number?: number,
): Promise<ClusteringMeasurement> => {
  const startedAt = performance.now();
  const clustered = await clusterTexts({ texts, reader, seed, minSize: MIN_SIZE, number });
  const seconds = (performance.now() - startedAt) / 1_000;
  const names = new Map([...new Set(labels)].map((label, at) => [label, at]));
  return {
    clusters: clustered.clusters.length,
    themes: clustered.themes.length,
    outliers: clustered.ofText.filter((cluster) => cluster === -1).length / texts.length,
    ...clusteringAgreement(
      clustered.nearest,
      Int32Array.from(labels, (label) => names.get(label)!),
    ),
    namesThatFit: shareOfFittingNames(texts, clustered),
    seconds,
  };
};

/** Words that say something, as in the names: folded, so that forms of one word count as one (charge, charged). */
const shareOfFittingNames = (texts: readonly string[], { clusters, ofText }: ClusteredTexts): number => {
  const stemsOf = (text: string): ReadonlySet<string> =>
    new Set(
      wordsOf(normaliseText(text))
        .filter((word) => !EMPTY_WORDS.has(word))
        .map(foldWord),
    );
  const stems = texts.map(stemsOf);
  const fitting = clusters.filter(({ name }, cluster) => {
    const own = [...stemsOf(name)];
    const share = (inside: boolean): number => {
      const rows = stems.filter((_, at) => (ofText[at] === cluster) === inside);
      return rows.filter((set) => own.every((stem) => set.has(stem))).length / Math.max(1, rows.length);
    };
    return own.length > 0 && share(true) >= NAMED_AT_LEAST && share(false) < ELSEWHERE_BELOW;
  });
  return fitting.length / Math.max(1, clusters.length);
};
