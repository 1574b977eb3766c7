import type { Encoder } from '../encoder/open-encoder.ts';
import type { Vectorizer } from '../stages.ts';
import { readableText } from '../grams.ts';
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
