import type { Encoder } from '../encoder/open-encoder.ts';
import { readableText } from '../grams.ts';
import { samplePositions } from '../random.ts';
import type { OnRead } from '../space/read-texts.ts';
import { weighBySubjects, weighLongTexts } from '../space/telling-windows.ts';
import type { TextFeatures } from '../space/text-features.ts';
import { fitTerms, fitTicketSpace, MOST_FITTED_TEXTS, placeInSpace } from '../space/ticket-space.ts';
import { fitTfidf } from '../tfidf.ts';
import type { LentTexts } from './lend-routing.ts';

/** Texts read at once: the encoder's states of more would not fit beside the rest. */
const READ_AT_ONCE = 4_096;

export interface TextsAlone extends LentTexts {
  /** All that the encoder and the words say. */
  readonly wide: { readonly rows: Float32Array; readonly dimension: number };
}

/**
 * Reads texts for a clustering by what they are alone, in a space of their own. While a second thread encodes, this one counts words
 * and learns.
 * @param mostFitted texts that the space is learned from, a seeded sample where there are more
 */
export const readAlone = async (
  encoder: Encoder,
  texts: readonly string[],
  seed: number,
  onRead: OnRead = () => {},
  mostFitted: number = MOST_FITTED_TEXTS,
): Promise<TextsAlone> => {
  const { manifest } = encoder;
  const textsAt = (positions: Int32Array): readonly string[] => Array.from(positions, (at) => texts[at]!);
  const sample = samplePositions(texts.length, mostFitted, seed);
  const sampled = textsAt(sample).map(readableText);
  const encoding = encoder.encode(sampled, { onProgress: (done) => onRead(done, texts.length) });
  const [encoded, { vectorizer, terms, directions }] = await Promise.all([encoding, readWords(texts, textsAt(sample), seed)]);
  const features = { count: sample.length, ...encoded, terms };
  const unlabelled = sampled.map(() => ({}));
  const subjects = await weighLongTexts(encoder, sampled, features, unlabelled, seed);
  const weighing = encoder.weighing(weighBySubjects(subjects));
  const inSample = new Set(sample);
  const others = Int32Array.from(texts.keys()).filter((at) => !inSample.has(at));
  const read = (first: number) => {
    const positions = others.subarray(first, first + READ_AT_ONCE);
    return { positions, encoding: weighing.encode(textsAt(positions).map(readableText)) };
  };
  let ahead = read(0);
  const space = await fitTicketSpace(manifest, features, vectorizer.width, seed, directions);
  const dimension = space.shortDimension;
  const rows = new Float32Array(texts.length * dimension);
  const wide = { rows: new Float32Array(texts.length * space.dimension), dimension: space.dimension };
  const blank = texts.map(() => false);
  const place = async (positions: Int32Array, own: TextFeatures): Promise<void> => {
    const placed = await placeInSpace(manifest, space, own);
    for (const [at, position] of positions.entries()) {
      rows.set(placed.short.subarray(at * dimension, (at + 1) * dimension), position * dimension);
      wide.rows.set(placed.rows.subarray(at * wide.dimension, (at + 1) * wide.dimension), position * wide.dimension);
      blank[position] = placed.blank[at]!;
    }
  };
  await place(sample, features);
  for (let first = 0; first < others.length; first += READ_AT_ONCE) {
    const { positions, encoding: own } = ahead;
    const said = await own;
    if (first + READ_AT_ONCE < others.length) ahead = read(first + READ_AT_ONCE);
    await place(positions, { count: positions.length, ...said, terms: vectorizer.vectorize(textsAt(positions)) });
    onRead(sample.length + first + positions.length, texts.length);
  }
  return { rows, dimension, blank, wide };
};

const readWords = async (texts: readonly string[], sampledTexts: readonly string[], seed: number) => {
  const vectorizer = fitTfidf(texts);
  const terms = vectorizer.vectorize(sampledTexts);
  return { vectorizer, terms, directions: await fitTerms(terms, vectorizer.width, seed) };
};
