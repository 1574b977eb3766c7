import { mostLikely } from './ranking.ts';
import { byCodeUnits } from './random.ts';
import type { HeadOpinion, ReadTexts, RoutingHead } from './routing-model.ts';
import type { TicketSpace } from './space/ticket-space.ts';
import type { DissectedText } from './stages.ts';
import type { TermDirections } from './space/term-directions.ts';

const MOST_FEATURES = 5;
const DECIMALS = 4;

/** What one piece of the text added to the label's score, relative to the average label. */
export interface FeatureContribution {
  readonly feature: string;
  /** Signed, in units of the score. */
  readonly contribution: number;
}

/** Why a label has its score: the pieces and the remainder add up to the score less the mean score of all labels. */
export interface Explanation {
  /** Words and pairs of words with a known feature, largest absolute contribution first. */
  readonly pieces: readonly FeatureContribution[];
  /** What the meaning of the text as a whole, which no single word carries, and the label's bias added. */
  readonly remainder: number;
}

/** Texts that were read, and taken apart once for all heads. */
export interface DissectedTexts extends ReadTexts {
  readonly dissected: readonly DissectedText[];
}

/**
 * Splits each row's score of one label, less the mean score of all labels, over the words of the text. The linear classifier's part
 * is split exactly. The network's part is split by gradient × input (Shrikumar et al. 2017) over the TF-IDF part of the space; what
 * it makes of the encoder's states stays in the remainder. What character grams add is counted to the words they stand in, because
 * nobody can read them.
 * @param labels one a row
 * @param opinion of the head on the same texts
 */
export const explainScores = async (
  space: TicketSpace,
  { linear, network, manifest }: RoutingHead,
  { placed, dissected }: DissectedTexts,
  labels: Int32Array,
  { scores, hidden }: HeadOpinion,
): Promise<readonly Explanation[]> => {
  const classCount = manifest.labels.length;
  const { networkWeight, linearWeight } = manifest;
  const direction = new Float32Array(dissected.length * classCount).fill(-networkWeight / classCount);
  labels.forEach((label, row) => (direction[row * classCount + label]! += networkWeight));
  const gradient = await network.gradient(hidden, direction);
  return dissected.map((text, row) => {
    const ofTerms = gradient.subarray(row * space.terms.dimension, (row + 1) * space.terms.dimension);
    const fromNetwork = weightsOf(space.terms, ofTerms, placed.termScales[row]!);
    const label = labels[row]!;
    const pieces = [...text.attribute((feature) => linearWeight * linear.relativeWeight(feature, label) + fromNetwork(feature))]
      .map(([feature, contribution]) => ({ feature, contribution }))
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || byCodeUnits(a.feature, b.feature));
    const own = scores.subarray(row * classCount, (row + 1) * classCount);
    const mean = own.reduce((sum, score) => sum + score, 0) / classCount;
    const explained = pieces.reduce((sum, { contribution }) => sum + contribution, 0);
    return { pieces, remainder: own[label]! - mean - explained };
  });
};

/** What a unit of each TF-IDF feature adds to the network's score, where the network is as steep as at this text. */
const weightsOf = (
  { positions, basis, dimension }: TermDirections,
  gradient: Float32Array,
  scale: number,
): ((feature: number) => number) => {
  return (feature) => {
    const position = positions[feature]!;
    if (position === -1) return 0;
    let sum = 0;
    for (let at = 0; at < dimension; at++) sum += basis[position * dimension + at]! * gradient[at]!;
    return sum * scale;
  };
};

/** An explanation as it goes over the wire, rounded to four decimals: the contributions of `pieces`, `others` and `remainder` add up to `score`. */
export interface ShortExplanation {
  /** The five that weigh most. */
  readonly pieces: readonly FeatureContribution[];
  readonly explained: ExplainedScore;
}

export interface ExplainedScore {
  /** Of the label, less the mean score of all labels. */
  readonly score: number;
  /** What the pieces that are left out added. */
  readonly others: number;
  /** See Explanation. */
  readonly remainder: number;
}

/** Explains each row's most likely label. */
export const explainRows = async (
  space: TicketSpace,
  head: RoutingHead,
  read: DissectedTexts,
  opinion: HeadOpinion,
): Promise<readonly ShortExplanation[]> => {
  const classCount = head.manifest.labels.length;
  const labels = Int32Array.from(read.texts, (_, row) => mostLikely(opinion.scores, row * classCount, classCount));
  const explained = await explainScores(space, head, read, labels, opinion);
  return explained.map(shorten);
};

const shorten = ({ pieces, remainder }: Explanation): ShortExplanation => {
  const shown = pieces
    .slice(0, MOST_FEATURES)
    .map(({ feature, contribution }) => ({ feature, contribution: rounded(contribution) }))
    .filter(({ contribution }) => contribution !== 0);
  const score = rounded(pieces.reduce((sum, { contribution }) => sum + contribution, remainder));
  const named = shown.reduce((sum, { contribution }) => sum + contribution, rounded(remainder));
  return { pieces: shown, explained: { score, others: rounded(score - named), remainder: rounded(remainder) } };
};

/** Never -0, which JSON does not tell from 0. */
const rounded = (value: number): number => Number(value.toFixed(DECIMALS)) + 0;
