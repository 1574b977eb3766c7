import type { Encoding } from '../encoder/encode-texts.ts';
import type { Encoder } from '../encoder/open-encoder.ts';
import type { EncodedTexts } from '../encodings/encode-history.ts';
import type { TrainingExample } from '../examples.ts';
import { readableText } from '../grams.ts';
import { samplePositions } from '../random.ts';
import type { SparseRows } from '../sparse.ts';
import type { Vectorizer } from '../stages.ts';
import { placeParts } from './read-texts.ts';
import type { SpacedTexts } from './read-texts.ts';
import { keepStates } from './standardized-states.ts';
import type { KeptStates } from './standardized-states.ts';
import { readLongAgain, weighBySubjects, weighLongTexts } from './telling-windows.ts';
import type { Subjects } from './telling-windows.ts';
import { fitTicketSpace, MOST_FITTED_TEXTS } from './ticket-space.ts';
import type { Placed, TicketSpace } from './ticket-space.ts';

/** Texts that are encoded, with their windows counted by tokens, and what is learned with them. */
export interface LabelledTexts {
  readonly encoder: Encoder;
  readonly encoded: EncodedTexts;
  readonly vectorizer: Vectorizer;
  readonly texts: readonly string[];
  /** Of the texts: what the windows of long ones are weighed by. */
  readonly labels: readonly TrainingExample['labels'][];
  readonly seed: number;
}

/** Learns the space from texts that are encoded (from a seeded sample, where they are many) and places all of them in it. */
export const fitAndPlaceEncoded = async ({
  encoder,
  encoded,
  vectorizer,
  texts,
  labels,
  seed,
}: LabelledTexts): Promise<SpacedTexts> => {
  const sample = samplePositions(texts.length, MOST_FITTED_TEXTS, seed);
  const sampled = Array.from(sample, (position) => texts[position]!);
  const features = { count: sample.length, ...(await encoded.gather(sample)), terms: vectorizer.vectorize(sampled) };
  const sampledLabels = Array.from(sample, (position) => labels[position]!);
  const subjects = await weighLongTexts(encoder, sampled.map(readableText), features, sampledLabels, seed);
  const space = { ...(await fitTicketSpace(encoded.manifest, features, vectorizer.width, seed)), subjects };
  const states = keepStates(space.states, texts.length);
  const weighed = weighEncoded(encoder, encoded, texts, subjects);
  return { space, states, ...(await placeEncoded(weighed, vectorizer, space, texts, states)) };
};

/**
 * The same encoded texts, of which long ones are read again wherever they are asked for, with their windows weighed: weights belong to
 * a model, and what a store holds to no one.
 */
export const weighEncoded = (
  encoder: Encoder,
  encoded: EncodedTexts,
  texts: readonly string[],
  subjects: Subjects | undefined,
): EncodedTexts => {
  if (subjects === undefined) return encoded;
  const weighing = encoder.weighing(weighBySubjects(subjects));
  const weigh = async (positions: ArrayLike<number>, encoding: Encoding): Promise<Encoding> => {
    await readLongAgain(
      weighing,
      Array.from(positions, (position) => readableText(texts[position]!)),
      encoding,
    );
    return encoding;
  };
  return {
    ...encoded,
    gather: async (positions) => weigh(positions, await encoded.gather(positions)),
    parts: async function* () {
      for await (const part of encoded.parts()) yield { positions: part.positions, ...(await weigh(part.positions, part)) };
    },
  };
};

/**
 * Places encoded texts in a space, a part at a time.
 * @param states where the standardised states of the texts are kept, where somebody needs them
 */
export const placeEncoded = (
  encoded: EncodedTexts,
  vectorizer: Vectorizer,
  space: TicketSpace,
  texts: readonly string[],
  states?: KeptStates,
): Promise<Placed & { readonly terms: SparseRows }> =>
  placeParts(
    { manifest: encoded.manifest, vectorizer, space },
    texts,
    (async function* () {
      for await (const { positions, embedding, hidden } of encoded.parts()) {
        const terms = vectorizer.vectorize(Array.from(positions, (position) => texts[position]!));
        yield { positions, features: { count: positions.length, embedding, hidden, terms } };
      }
    })(),
    states,
  );
