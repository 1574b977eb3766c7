import { softmaxRows } from './calibrate.ts';
import { coverageAtAccuracy } from './evaluate/coverage.ts';
import { evaluateHead } from './evaluate/evaluate-head.ts';
import type { HeadEvaluation } from './evaluate/evaluate-head.ts';
import { outcomesOf } from './evaluate/outcome.ts';
import { chooseFloor, familiarityOf, fitFamiliarity } from './familiarity.ts';
import type { HeadClasses } from './head-classes.ts';
import type { HeadManifest } from './manifest.ts';
import { gatherRows } from './gather-rows.ts';
import { addScores, fitStackWeights } from './stack-weights.ts';
import { fitWordsAlone, scoreRows } from './words-alone.ts';

/** A threshold is not judged by fewer automated examples than this. */
const FEWEST_AUTOMATED = 10;
/** Accuracy at which models are compared by what they can automate. */
const COMPARED_ACCURACY = 0.95;

/** What classifiers say of examples that they were not trained on. */
export interface Unseen {
  /** rows × classes each: scores of the network on the space, of the network on the states, of the linear classifier. */
  readonly components: readonly [Float32Array, Float32Array, Float32Array];
  readonly classes: Int32Array;
  readonly nearness: Float64Array;
  readonly languages: readonly (string | undefined)[];
  /** Whether a text is in a language that the encoder does not know. */
  readonly foreign: readonly boolean[];
}

export interface CalibratedHead {
  readonly manifest: HeadManifest;
  readonly metrics: Readonly<Record<string, number | string>>;
  /** On the examples that it was calibrated with. */
  readonly evaluation: HeadEvaluation;
}

/** Fits the weights of the stack, the thresholds and the scale of familiarity, and judges the head, all on unseen examples. */
export const calibrateHead = (
  { head, seed, targetAccuracy }: { readonly head: HeadClasses; readonly seed: number; readonly targetAccuracy: number },
  unseen: readonly Unseen[],
  split: string,
): CalibratedHead => {
  const classCount = head.labels.length;
  const components = [0, 1, 2].map((which) => joinFloats(unseen.map((part) => part.components[which]!)));
  const classes = Int32Array.from(unseen.flatMap((part) => [...part.classes]));
  const nearness = Float64Array.from(unseen.flatMap((part) => [...part.nearness]));
  const foreign = unseen.flatMap((part) => part.foreign);
  const stack = fitStack(components, classes, nearness, knownRows(foreign), classCount);
  const words = fitWordsAlone(components[2]!, classes, foreign, classCount, stack.familiarityFloor);
  const scores = scoreRows(components, { ...stack, words }, foreign, classCount);
  const probabilities = softmaxRows(scores, classCount, 1);
  const outcomes = outcomesOf(probabilities, classCount, classes);
  const { threshold, coverage, accuracy } = coverageAtAccuracy(outcomes, targetAccuracy, FEWEST_AUTOMATED);
  const thresholdAt95 = coverageAtAccuracy(outcomes, COMPARED_ACCURACY, FEWEST_AUTOMATED).threshold;
  const actual = Array.from(classes, (label) => head.labels[label]!);
  const languages = unseen.flatMap((part) => part.languages);
  const evaluation = evaluateHead({ labels: head.labels, probabilities, actual, languages, thresholdAt95 });
  return {
    manifest: {
      labels: head.labels,
      ...stack,
      words,
      threshold,
      thresholdAt95,
      leftOut: head.leftOut,
    },
    metrics: {
      split,
      count: evaluation.n,
      seed,
      accuracy: evaluation.accuracy,
      macroF1: evaluation.macroF1,
      ece: evaluation.ece,
      brier: evaluation.brier,
      aurc: evaluation.aurc,
      coverageAt95: evaluation.coverageAt95,
      targetAccuracy,
      coverage,
      accuracyOfAutomated: accuracy,
    },
    evaluation,
  };
};

/** Rows that the stack judges; all, where there is none. */
const knownRows = (foreign: readonly boolean[]): Int32Array => {
  const known = Int32Array.from(foreign.flatMap((is, row) => (is ? [] : [row])));
  return known.length > 0 ? known : Int32Array.from(foreign.keys());
};

type Stack = Pick<HeadManifest, 'networkWeight' | 'statesWeight' | 'linearWeight' | 'familiarity' | 'familiarityFloor'>;

/** The stack, and what is usual of its scores, by some rows. */
const fitStack = (
  components: readonly Float32Array[],
  classes: Int32Array,
  nearness: Float64Array,
  rows: Int32Array,
  classCount: number,
): Stack => {
  const chosen = components.map((scores) => gatherRows(scores, rows, classCount));
  const right = rows.map((row) => classes[row]!);
  const weights = fitStackWeights(chosen, right, classCount);
  const scores = addScores(chosen, weights);
  const outcomes = outcomesOf(softmaxRows(scores, classCount, 1), classCount, right);
  const largest = Float64Array.from(outcomes, ({ label }, row) => scores[row * classCount + label]!);
  const near = Float64Array.from(rows, (row) => nearness[row]!);
  const familiarity = fitFamiliarity(largest, near);
  const [networkWeight, statesWeight, linearWeight] = weights;
  return {
    networkWeight: networkWeight!,
    statesWeight: statesWeight!,
    linearWeight: linearWeight!,
    familiarity,
    familiarityFloor: chooseFloor(
      largest.map((score, row) => familiarityOf(familiarity, score, near[row]!)),
      outcomes.map(({ label, actual }) => label === actual),
    ),
  };
};

const joinFloats = (parts: readonly Float32Array[]): Float32Array => {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
