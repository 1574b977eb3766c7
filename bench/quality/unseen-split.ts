import { seededRandom, shuffleInPlace } from '../../model/random.ts';
import { holdOut } from './labelled-text.ts';
import type { LabelledText } from './labelled-text.ts';
import type { Mode } from './quality-sets.ts';

/** Labels that routing is trained on; the others are unseen (40 of Banking77's 77). */
export const SEEN_LABELS = 40;
/** In validation a third of the unseen labels' training texts is clustered: about as many as their test texts. */
const CLUSTERED_PARTS = 3;

export interface UnseenSplit {
  /** Training texts of the labels that are seen. */
  readonly train: readonly LabelledText[];
  /** Texts of the others. */
  readonly clustered: readonly LabelledText[];
}

/**
 * Which labels are seen is drawn by the seed: in alphabetical order they are shuffled (Fisher-Yates, Mulberry32).
 * @param test read in the mode `test` only
 */
export const splitUnseen = (
  training: readonly LabelledText[],
  test: () => readonly LabelledText[],
  mode: Mode,
  seed: number,
): UnseenSplit => {
  const labels = [...new Set(training.map(({ label }) => label))].sort();
  const order = shuffleInPlace(Int32Array.from(labels.keys()), seededRandom(seed));
  const seen = new Set(Array.from(order.subarray(0, SEEN_LABELS), (at) => labels[at]!));
  const unseenOf = (texts: readonly LabelledText[]): readonly LabelledText[] => texts.filter(({ label }) => !seen.has(label));
  return {
    train: training.filter(({ label }) => seen.has(label)),
    clustered: mode === 'test' ? unseenOf(test()) : holdOut(unseenOf(training), CLUSTERED_PARTS, seed).heldOut,
  };
};
