import { byCodeUnits } from './random.ts';
import type { Classifier, Encoder } from './stages.ts';

const MOST_FEATURES = 5;
const DECIMALS = 4;

/** What one piece of the text added to the label's score, relative to the average label. */
export interface FeatureContribution {
  readonly feature: string;
  /** Signed, in units of the score. */
  readonly contribution: number;
}

/**
 * Splits a label's score, less the mean score of all labels, exactly over the words and pairs of words of the text; what character
 * grams add is counted to the words they stand in, because nobody can read them. The bias is not a feature.
 * @returns every piece of the text with a known feature, largest absolute contribution first
 */
export const contributionsOf = (
  encoder: Encoder,
  classifier: Classifier,
  text: string,
  label: number,
): readonly FeatureContribution[] =>
  [...encoder.attribute(text, (feature) => classifier.relativeWeight(feature, label))]
    .map(([feature, contribution]) => ({ feature, contribution }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || byCodeUnits(a.feature, b.feature));

/** The five that weigh most, rounded to four decimals for the wire. */
export const explainLabel = (
  encoder: Encoder,
  classifier: Classifier,
  text: string,
  label: number,
): readonly FeatureContribution[] =>
  contributionsOf(encoder, classifier, text, label)
    .slice(0, MOST_FEATURES)
    .map(({ feature, contribution }) => ({ feature, contribution: Number(contribution.toFixed(DECIMALS)) }))
    .filter(({ contribution }) => contribution !== 0);
