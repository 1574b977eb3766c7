import type { WordwiseFeatures } from './space/featurize.ts';
import { joinPhrases } from './explain-phrases.ts';
import { mostLikely } from './ranking.ts';
import { byCodeUnits } from './random.ts';
import type { HeadOpinion, ReadTexts, RoutingHead, RoutingModel } from './routing-model.ts';
import { pullBackStandardization } from './space/standardized-states.ts';
import type { TermDirections } from './space/term-directions.ts';
import { pullBackToEncoder } from './space/ticket-space.ts';
import { stackWeightsOf } from './words-alone.ts';

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
  /** Words, and neighbouring words that pull the same way; largest absolute contribution first. */
  readonly pieces: readonly FeatureContribution[];
  /** What an average text would have: the label's bias and how the networks see the mean of the training texts. */
  readonly remainder: number;
}

/** Texts that were read, and which words made the model read them so. */
export interface DissectedTexts extends ReadTexts {
  readonly features: WordwiseFeatures;
}

/** What explanations need of a model. */
export type ExplainedModel = Pick<RoutingModel, 'encoder' | 'space'>;

/** Explains each row's score of one label, see attributeScores. */
export const explainScores = async (
  model: ExplainedModel,
  head: RoutingHead,
  read: DissectedTexts,
  labels: Int32Array,
  opinion: HeadOpinion,
): Promise<readonly Explanation[]> => {
  const classCount = head.manifest.labels.length;
  const contributions = await attributeScores(model, head, read, labels, opinion);
  return read.features.dissected.map(({ tokens }, row) => {
    const pieces = joinPhrases(tokens, contributions[row]!).sort(
      (a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || byCodeUnits(a.feature, b.feature),
    );
    const own = opinion.scores.subarray(row * classCount, (row + 1) * classCount);
    const mean = own.reduce((sum, score) => sum + score, 0) / classCount;
    const explained = pieces.reduce((sum, { contribution }) => sum + contribution, 0);
    return { pieces, remainder: own[labels[row]!]! - mean - explained };
  });
};

/**
 * Splits each row's score of one label, less the mean score of all labels, over the words of the text. The linear classifier's part
 * is split exactly. The networks' parts are split by integrated gradients (Sundararajan et al. 2017) from the mean of the training
 * texts, over TF-IDF features and over the encoder's states token by token; see decision 021. What character grams add is counted to
 * the words they stand in, because nobody can read them.
 * @param labels one a row
 * @param opinion of the head on the same texts
 * @returns for each row one value a token of its dissected text
 */
export const attributeScores = async (
  { encoder, space }: ExplainedModel,
  { linear, network, statesNetwork, manifest }: RoutingHead,
  { features, placed, foreign }: DissectedTexts,
  labels: Int32Array,
  opinion: HeadOpinion,
): Promise<readonly Float64Array[]> => {
  const classCount = manifest.labels.length;
  const weights = foreign.map((is) => stackWeightsOf(manifest, is));
  const gradient = await network.integratedGradient(
    opinion.hidden,
    towards(
      labels,
      classCount,
      weights.map(([ofNetwork]) => ofNetwork),
    ),
  );
  const ofStates = await statesNetwork.integratedGradient(
    opinion.statesHidden,
    towards(
      labels,
      classCount,
      weights.map(([, ofStatesNetwork]) => ofStatesNetwork),
    ),
  );
  const ofEncoder = await pullBackToEncoder(encoder.manifest, space, placed, gradient);
  pullBackStandardization(space.states, ofStates, ofEncoder);
  const fromEncoder = await features.splitOverWords(ofEncoder, space.states.centre);
  const parts = space.slices.length + 1;
  return features.dissected.map(({ attribute }, row) => {
    const label = labels[row]!;
    const ofTerms = gradient.subarray((row + 1) * space.dimension - space.terms.dimension, (row + 1) * space.dimension);
    const fromNetwork = weightsOf(space.terms, ofTerms, placed.scales[(row + 1) * parts - 1]!);
    const [, , ofLinear] = weights[row]!;
    const contributions = attribute((feature) => ofLinear * linear.relativeWeight(feature, label) + fromNetwork(feature));
    fromEncoder[row]!.forEach((share, at) => (contributions[at]! += share));
    return contributions;
  });
};

/** The direction in which a label's score grows against the mean of all, times a weight a row. @returns labels × classCount */
const towards = (labels: Int32Array, classCount: number, weights: readonly number[]): Float32Array => {
  const direction = new Float32Array(labels.length * classCount);
  labels.forEach((label, row) => {
    const weight = weights[row]!;
    direction.fill(-weight / classCount, row * classCount, (row + 1) * classCount);
    direction[row * classCount + label]! += weight;
  });
  return direction;
};

/** What a unit of each TF-IDF feature adds to the network's score on the way to this text. */
const weightsOf = (
  { positions, basis, dimension }: TermDirections,
  gradient: Float32Array,
  scale: number,
): ((feature: number) => number) => {
  return (feature) => {
    const position = positions[feature]!;
    if (position === -1) return 0;
    let sum = 0;
    for (let at = 0, from = position * dimension; at < dimension; at++) sum += basis[from + at]! * gradient[at]!;
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
  model: ExplainedModel,
  head: RoutingHead,
  read: DissectedTexts,
  opinion: HeadOpinion,
): Promise<readonly ShortExplanation[]> => {
  const classCount = head.manifest.labels.length;
  const labels = Int32Array.from(read.texts, (_, row) => mostLikely(opinion.scores, row * classCount, classCount));
  const explained = await explainScores(model, head, read, labels, opinion);
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
