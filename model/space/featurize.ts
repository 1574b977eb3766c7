import type { Encoder } from '../encoder/open-encoder.ts';
import type { WordwiseEncoding } from '../encoder/word-shares.ts';
import type { DissectedText, Vectorizer } from '../stages.ts';
import { readableText } from '../grams.ts';
import { sparseRowsOf } from '../sparse.ts';
import type { TextFeatures } from './text-features.ts';

/** The two views of a text: what a neural encoder makes of it, and its words. */
export interface Featurizer {
  readonly encoder: Encoder;
  readonly vectorizer: Vectorizer;
}

/** @param onEncoded told how many texts the encoder is through with */
export const featurize = async (
  { encoder, vectorizer }: Featurizer,
  texts: readonly string[],
  onEncoded: (done: number, total: number) => void = () => {},
): Promise<TextFeatures> => {
  const { embedding, hidden } = await encoder.encode(texts.map(readableText), { onProgress: onEncoded });
  return { count: texts.length, embedding, hidden, terms: vectorizer.vectorize(texts) };
};

/** The same of few texts, and which words made it so. */
export interface WordwiseFeatures extends TextFeatures, Pick<WordwiseEncoding, 'splitOverWords'> {
  /** Their tokens are the words that the encoder's part is split over, unless a text has no letter or digit. */
  readonly dissected: readonly DissectedText[];
}

export const featurizeByWords = async (
  { encoder, vectorizer }: Featurizer,
  texts: readonly string[],
): Promise<WordwiseFeatures> => {
  const dissected = texts.map(vectorizer.dissect);
  return {
    count: texts.length,
    ...(await encoder.encodeByWords(texts.map(readableText))),
    terms: sparseRowsOf(dissected.map(({ row }) => row)),
    dissected,
  };
};
