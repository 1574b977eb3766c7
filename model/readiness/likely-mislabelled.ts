import { mostLikely } from '../ranking.ts';

/** Where probabilities are calibrated, a suggestion of this one is right four times in five. */
const SURE_ENOUGH = 0.8;

/** A text whose label is likely wrong. */
export interface LikelyMislabelled {
  /** Position of the text. */
  readonly at: number;
  readonly given: number;
  readonly suggested: number;
  readonly givenProbability: number;
  readonly suggestedProbability: number;
}

/**
 * Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels"): a label is
 * likely wrong where another label is the most likely one, with at least the mean probability that texts of that other label have for
 * it, while the given one stays below its own. Unlike there, SURE_ENOUGH suffices for the other label: where a model is very sure, half
 * of a label's own texts lie below the mean.
 * @param probabilities texts × classCount, each row by a model that has not seen the text
 * @param classes given class of each text
 * @returns the clearest first
 */
export const likelyMislabelled = (
  probabilities: Float64Array,
  classes: Int32Array,
  classCount: number,
): readonly LikelyMislabelled[] => {
  const sums = new Float64Array(classCount);
  const counts = new Int32Array(classCount);
  classes.forEach((label, row) => {
    sums[label]! += probabilities[row * classCount + label]!;
    counts[label]!++;
  });
  const usual = sums.map((sum, label) => sum / Math.max(1, counts[label]!));
  const found: LikelyMislabelled[] = [];
  classes.forEach((given, at) => {
    const suggested = mostLikely(probabilities, at * classCount, classCount);
    const givenProbability = probabilities[at * classCount + given]!;
    const suggestedProbability = probabilities[at * classCount + suggested]!;
    if (
      suggested !== given &&
      suggestedProbability >= Math.min(SURE_ENOUGH, usual[suggested]!) &&
      givenProbability < usual[given]!
    )
      found.push({ at, given, suggested, givenProbability, suggestedProbability });
  });
  const margin = ({ suggestedProbability, givenProbability }: LikelyMislabelled): number =>
    suggestedProbability - givenProbability;
  return found.sort((a, b) => margin(b) - margin(a) || a.at - b.at);
};
