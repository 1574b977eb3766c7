import type { Encoder } from '../encoder/open-encoder.ts';
import type { TrainingExample } from '../examples.ts';
import { samplePositions } from '../random.ts';
import type { SparseRows } from '../sparse.ts';
import { readableText } from '../grams.ts';
import type { Vectorizer } from '../stages.ts';
import { featurize } from './featurize.ts';
import type { Featurizer } from './featurize.ts';
import { recallEncoding } from './recall-encoding.ts';
import { keepStates } from './standardized-states.ts';
import type { KeptStates } from './standardized-states.ts';
import type { TextFeatures } from './text-features.ts';
import { weighBySubjects, weighLongTexts } from './telling-windows.ts';
import { fitTicketSpace, MOST_FITTED_TEXTS, placeInSpace } from './ticket-space.ts';
import type { Placed, TicketSpace } from './ticket-space.ts';

/** Texts encoded at once: the encoder's states of more would not fit beside the rest. */
const ENCODED_AT_ONCE = 4_096;

/** Told how many texts are done. */
export type OnRead = (done: number, total: number) => void;

/** Training texts in a space that was learned from them. */
export interface SpacedTexts extends Placed {
  readonly space: TicketSpace;
  readonly terms: SparseRows;
  readonly states: KeptStates;
}

/**
 * Learns the space from the texts (from a seeded sample, where they are many) and places all of them in it.
 * @param labels of the texts, by which the windows of long ones are weighed
 */
export const fitAndPlace = async (
  featurizer: Featurizer,
  texts: readonly string[],
  seed: number,
  onRead: OnRead = () => {},
  labels: readonly TrainingExample['labels'][] = texts.map(() => ({})),
): Promise<SpacedTexts> => {
  const { manifest } = featurizer.encoder;
  const sample = samplePositions(texts.length, MOST_FITTED_TEXTS, seed);
  const sampledTexts = Array.from(sample, (position) => texts[position]!);
  const sampled = await featurize(featurizer, sampledTexts, (done) => onRead(done, texts.length));
  const sampledLabels = Array.from(sample, (position) => labels[position]!);
  const subjects = await weighLongTexts(featurizer.encoder, sampledTexts.map(readableText), sampled, sampledLabels, seed);
  const space = { ...(await fitTicketSpace(manifest, sampled, featurizer.vectorizer.width, seed)), subjects };
  const states = keepStates(space.states, texts.length);
  if (sample.length < texts.length) {
    const weighing = featurizer.encoder.weighing(weighBySubjects(subjects));
    const encoder = recallEncoding(weighing, sampledTexts.map(readableText), sampled);
    const shareLeft = 1 - sample.length / texts.length;
    const onPlaced = (done: number): void => onRead(Math.round(sample.length + shareLeft * done), texts.length);
    return { space, states, ...(await placeTexts({ ...featurizer, encoder }, space, texts, onPlaced, states)) };
  }
  states.keep(sampled, sample);
  return { space, states, terms: sampled.terms, ...(await placeInSpace(manifest, space, sampled)) };
};

/**
 * Places texts in a space, a part at a time.
 * @param states where the standardised states of the texts are kept, where somebody needs them
 */
export const placeTexts = (
  featurizer: Featurizer,
  space: TicketSpace,
  texts: readonly string[],
  onRead: OnRead = () => {},
  states?: KeptStates,
): Promise<Placed & { readonly terms: SparseRows }> =>
  placeParts(
    { manifest: featurizer.encoder.manifest, vectorizer: featurizer.vectorizer, space },
    texts,
    (async function* () {
      for (let first = 0; first < texts.length; first += ENCODED_AT_ONCE) {
        const part = texts.slice(first, first + ENCODED_AT_ONCE);
        const features = await featurize(featurizer, part, (done) => onRead(first + done, texts.length));
        yield { positions: Int32Array.from(part, (_, at) => first + at), features };
      }
    })(),
    states,
  );

/** What places texts. */
export interface Placing {
  readonly manifest: Encoder['manifest'];
  readonly vectorizer: Vectorizer;
  readonly space: TicketSpace;
}

/** Some of the texts, by their positions among all, and what is known of them. */
export interface FeaturizedPart {
  readonly positions: Int32Array;
  readonly features: TextFeatures;
}

/** @param parts hold each text once */
export const placeParts = async (
  { manifest, vectorizer, space }: Placing,
  texts: readonly string[],
  parts: AsyncIterable<FeaturizedPart>,
  states?: KeptStates,
): Promise<Placed & { readonly terms: SparseRows }> => {
  const rows = new Float32Array(texts.length * space.dimension);
  const short = new Float32Array(texts.length * space.shortDimension);
  const scalesOfRow = space.slices.length + 1;
  const scales = new Float32Array(texts.length * scalesOfRow);
  const blank = texts.map(() => true);
  for await (const { positions, features } of parts) {
    const placed = await placeInSpace(manifest, space, features);
    states?.keep(features, positions);
    for (const [at, position] of positions.entries()) {
      rows.set(placed.rows.subarray(at * space.dimension, (at + 1) * space.dimension), position * space.dimension);
      short.set(
        placed.short.subarray(at * space.shortDimension, (at + 1) * space.shortDimension),
        position * space.shortDimension,
      );
      scales.set(placed.scales.subarray(at * scalesOfRow, (at + 1) * scalesOfRow), position * scalesOfRow);
      blank[position] = placed.blank[at]!;
    }
  }
  return { rows, short, scales, blank, terms: vectorizer.vectorize(texts) };
};
