import type { Encoder } from '../encoder/open-encoder.ts';
import type { WordwiseEncoding } from '../encoder/word-shares.ts';
import type { DissectedText, Vectorizer } from '../stages.ts';
import { readableText } from '../grams.ts';
import { sparseRowsOf } from '../sparse.ts';
import { weighBySubjects } from './telling-windows.ts';
import type { Subjects } from './telling-windows.ts';
import type { TextFeatures } from './text-features.ts';

/** The two views of a text: what a neural encoder makes of it, and its words. */
export interface Featurizer {
  readonly encoder: Encoder;
  readonly vectorizer: Vectorizer;
  /** By what the windows of long texts are weighed. @default by their tokens */
  readonly subjects?: Subjects | undefined;
}

const readerOf = ({ encoder, subjects }: Featurizer): Encoder =>
  subjects === undefined ? encoder : encoder.weighing(weighBySubjects(subjects));

/** @param onEncoded told how many texts the encoder is through with */
export const featurize = async (
  featurizer: Featurizer,
  texts: readonly string[],
  onEncoded: (done: number, total: number) => void = () => {},
): Promise<TextFeatures> => {
  const { embedding, hidden } = await readerOf(featurizer).encode(texts.map(readableText), { onProgress: onEncoded });
  return { count: texts.length, embedding, hidden, terms: featurizer.vectorizer.vectorize(texts) };
};

/** The same of few texts, and which words made it so. */
export interface WordwiseFeatures extends TextFeatures, Pick<WordwiseEncoding, 'splitOverWords'> {
  /** Their tokens are the words that the encoder's part is split over, unless a text has no letter or digit. */
  readonly dissected: readonly DissectedText[];
}

export const featurizeByWords = async (featurizer: Featurizer, texts: readonly string[]): Promise<WordwiseFeatures> => {
  const dissected = texts.map(featurizer.vectorizer.dissect);
  return {
    count: texts.length,
    ...(await readerOf(featurizer).encodeByWords(texts.map(readableText))),
    terms: sparseRowsOf(dissected.map(({ row }) => row)),
    dissected,
  };
};
