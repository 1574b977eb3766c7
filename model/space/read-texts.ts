import { samplePositions } from '../random.ts';
import type { SparseRows } from '../sparse.ts';
import { readableText } from '../grams.ts';
import { featurize } from './featurize.ts';
import type { Featurizer } from './featurize.ts';
import { recallEncoding } from './recall-encoding.ts';
import { keepStates } from './standardized-states.ts';
import type { KeptStates } from './standardized-states.ts';
import type { TextFeatures } from './text-features.ts';
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

/** Learns the space from the texts (from a seeded sample, where they are many) and places all of them in it. */
export const fitAndPlace = async (
  featurizer: Featurizer,
  texts: readonly string[],
  seed: number,
  onRead: OnRead = () => {},
): Promise<SpacedTexts> => {
  const { manifest } = featurizer.encoder;
  const sample = samplePositions(texts.length, MOST_FITTED_TEXTS, seed);
  const sampledTexts = Array.from(sample, (position) => texts[position]!);
  const sampled = await featurize(featurizer, sampledTexts, (done) => onRead(done, texts.length));
  const space = await fitTicketSpace(manifest, sampled, featurizer.vectorizer.width, seed);
  const states = keepStates(space.states, texts.length);
  if (sample.length < texts.length) {
    const encoder = recallEncoding(featurizer.encoder, sampledTexts.map(readableText), sampled);
    const shareLeft = 1 - sample.length / texts.length;
    const onPlaced = (done: number): void => onRead(Math.round(sample.length + shareLeft * done), texts.length);
    return { space, states, ...(await placeTexts({ ...featurizer, encoder }, space, texts, onPlaced, states)) };
  }
  states.keep(sampled, 0);
  return { space, states, terms: sampled.terms, ...(await placeInSpace(manifest, space, sampled)) };
};

/**
 * Places texts in a space, a part at a time.
 * @param states where the standardised states of the texts are kept, where somebody needs them
 */
export const placeTexts = async (
  featurizer: Featurizer,
  space: TicketSpace,
  texts: readonly string[],
  onRead: OnRead = () => {},
  states?: KeptStates,
): Promise<Placed & { readonly terms: SparseRows }> => {
  const rows = new Float32Array(texts.length * space.dimension);
  const short = new Float32Array(texts.length * space.shortDimension);
  const scales = new Float32Array(texts.length * (space.slices.length + 1));
  const blank: boolean[] = [];
  for (let first = 0; first < texts.length; first += ENCODED_AT_ONCE) {
    const features: TextFeatures = await featurize(featurizer, texts.slice(first, first + ENCODED_AT_ONCE), (done) =>
      onRead(first + done, texts.length),
    );
    const placed = await placeInSpace(featurizer.encoder.manifest, space, features);
    states?.keep(features, first);
    rows.set(placed.rows, first * space.dimension);
    short.set(placed.short, first * space.shortDimension);
    scales.set(placed.scales, first * (space.slices.length + 1));
    blank.push(...placed.blank);
  }
  return { rows, short, scales, blank, terms: featurizer.vectorizer.vectorize(texts) };
};
