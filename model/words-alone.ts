import { softmaxRows } from './calibrate.ts';
import { outcomesOf } from './evaluate/outcome.ts';
import { chooseFloor, meanAndDeviation } from './familiarity.ts';
import type { HeadManifest } from './manifest.ts';
import { addScores, fitStackWeights } from './stack-weights.ts';

/**
 * How a text in a language that the encoder does not know is judged: by the linear classifier alone, which reads its words and letters.
 * What the networks make of it rests on an encoder that does not understand it. Decision 022 has what was measured.
 */
export interface WordsAlone {
  /** Of the linear classifier's scores, in place of the stack's weights. */
  readonly weight: number;
  /** Familiarity is the largest score less `scoreMean`, divided by `scoreDeviation`; moved so that the head's own floor fits. */
  readonly scoreMean: number;
  readonly scoreDeviation: number;
}

/** Fewer unseen texts in such languages say less of a weight than all unseen texts do. */
const ENOUGH_FOREIGN = 50;

/** Weights of the network on the space, the network on the states, and the linear classifier for a text. */
export const stackWeightsOf = (
  {
    networkWeight,
    statesWeight,
    linearWeight,
    words,
  }: Pick<HeadManifest, 'networkWeight' | 'statesWeight' | 'linearWeight' | 'words'>,
  foreign: boolean,
): readonly [network: number, states: number, linear: number] =>
  foreign && words !== undefined ? [0, 0, words.weight] : [networkWeight, statesWeight, linearWeight];

/**
 * The scores of each row: those of the classifiers, each times its weight, added up.
 * @param components rows × classCount each: of the network on the space, of the network on the states, of the linear classifier
 */
export const scoreRows = (
  components: readonly Float32Array[],
  head: Parameters<typeof stackWeightsOf>[0],
  foreign: readonly boolean[],
  classCount: number,
): Float32Array => {
  const scores = addScores(components, stackWeightsOf(head, false));
  const weights = stackWeightsOf(head, true);
  for (const [row, is] of foreign.entries()) {
    if (!is) continue;
    const own = components.map((component) => component.subarray(row * classCount, (row + 1) * classCount));
    scores.set(addScores(own, weights), row * classCount);
  }
  return scores;
};

/** @returns see familiarityOf */
export const familiarityByWords = ({ scoreMean, scoreDeviation }: WordsAlone, largestScore: number): number =>
  (largestScore - scoreMean) / scoreDeviation;

/**
 * @param linear rows × classCount, of examples that the linear classifier has not seen
 * @param floor of the head's familiarity
 */
export const fitWordsAlone = (
  linear: Float32Array,
  classes: Int32Array,
  foreign: readonly boolean[],
  classCount: number,
  floor: number,
): WordsAlone => {
  const own = Int32Array.from(foreign.flatMap((is, row) => (is ? [row] : [])));
  const rows = own.length >= ENOUGH_FOREIGN ? own : Int32Array.from(classes.keys());
  const scores = new Float32Array(rows.length * classCount);
  rows.forEach((row, at) => scores.set(linear.subarray(row * classCount, (row + 1) * classCount), at * classCount));
  const weights = fitStackWeights(
    [scores],
    rows.map((row) => classes[row]!),
    classCount,
  );
  const weighted = addScores([linear], weights);
  const outcomes = outcomesOf(softmaxRows(weighted, classCount, 1), classCount, classes);
  const largest = Float64Array.from(outcomes, ({ label }, row) => weighted[row * classCount + label]!);
  const [mean, scoreDeviation] = meanAndDeviation(largest);
  const ownFloor = chooseFloor(
    largest,
    outcomes.map(({ label, actual }) => label === actual),
  );
  // With no floor, or one that nothing reaches, there is nothing to move to.
  const movable = Number.isFinite(ownFloor) && Math.abs(ownFloor) < Number.MAX_VALUE && Math.abs(floor) < Number.MAX_VALUE;
  return { weight: weights[0]!, scoreMean: movable ? ownFloor - floor * scoreDeviation : mean, scoreDeviation };
};
