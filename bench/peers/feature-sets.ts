import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { useLiteFolder } from '../../model/encoder/write-use-lite.ts';
import { fitAndPlace, placeTexts } from '../../model/space/read-texts.ts';
import { keepStates } from '../../model/space/standardized-states.ts';
import type { SparseRows } from '../../model/sparse.ts';
import { fitTfidf } from '../../model/tfidf.ts';
import type { LabelledText } from '../quality/labelled-text.ts';

/** Features of the texts of one part, as a classifier of ours learns from them. */
export interface FeatureSets {
  readonly tfidf: { readonly width: number; readonly train: SparseRows; readonly judged: SparseRows };
  /** The ticket space. */
  readonly space: DenseSet;
  /** The encoder's standardised states. */
  readonly states: DenseSet;
}

export interface DenseSet {
  readonly width: number;
  /** n × width */
  readonly train: Float32Array;
  readonly judged: Float32Array;
}

/** All that is learned of features is learned from the training texts. */
export const readFeatureSets = async (
  train: readonly LabelledText[],
  judged: readonly LabelledText[],
  seed: number,
): Promise<FeatureSets> => {
  const textsOf = (each: readonly LabelledText[]): readonly string[] => each.map(({ text }) => text);
  const vectorizer = fitTfidf(textsOf(train));
  const encoder = await openEncoder(useLiteFolder());
  const featurizer = { encoder, vectorizer };
  const placed = await fitAndPlace(featurizer, textsOf(train), seed);
  const kept = keepStates(placed.space.states, judged.length);
  const other = await placeTexts(featurizer, placed.space, textsOf(judged), () => {}, kept);
  await encoder.release();
  return {
    tfidf: { width: vectorizer.width, train: placed.terms, judged: other.terms },
    space: { width: placed.space.dimension, train: placed.rows, judged: other.rows },
    states: {
      width: kept.width,
      train: placed.states.gather([...train.keys()]),
      judged: kept.gather([...judged.keys()]),
    },
  };
};
