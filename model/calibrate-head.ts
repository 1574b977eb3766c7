import { softmaxRows } from './calibrate.ts';
import { coverageAtAccuracy } from './evaluate/coverage.ts';
import { evaluateHead } from './evaluate/evaluate-head.ts';
import type { HeadEvaluation } from './evaluate/evaluate-head.ts';
import { outcomesOf } from './evaluate/outcome.ts';
import { chooseFloor, familiarityOf, fitFamiliarity } from './familiarity.ts';
import type { HeadClasses } from './head-classes.ts';
import type { HeadManifest } from './manifest.ts';
import { addScores, fitStackWeights } from './stack-weights.ts';

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
  const weights = fitStackWeights(components, classes, classCount);
  const [networkWeight, statesWeight, linearWeight] = weights;
  const scores = addScores(components, weights);
  const probabilities = softmaxRows(scores, classCount, 1);
  const outcomes = outcomesOf(probabilities, classCount, classes);
  const largest = Float64Array.from(outcomes, ({ label }, row) => scores[row * classCount + label]!);
  const familiarity = fitFamiliarity(largest, nearness);
  const familiarities = largest.map((score, row) => familiarityOf(familiarity, score, nearness[row]!));
  const { threshold, coverage, accuracy } = coverageAtAccuracy(outcomes, targetAccuracy, FEWEST_AUTOMATED);
  const thresholdAt95 = coverageAtAccuracy(outcomes, COMPARED_ACCURACY, FEWEST_AUTOMATED).threshold;
  const actual = Array.from(classes, (label) => head.labels[label]!);
  const languages = unseen.flatMap((part) => part.languages);
  const evaluation = evaluateHead({ labels: head.labels, probabilities, actual, languages, thresholdAt95 });
  return {
    manifest: {
      labels: head.labels,
      networkWeight: networkWeight!,
      statesWeight: statesWeight!,
      linearWeight: linearWeight!,
      threshold,
      thresholdAt95,
      familiarity,
      familiarityFloor: chooseFloor(
        familiarities,
        outcomes.map(({ label, actual: right }) => label === right),
      ),
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

const joinFloats = (parts: readonly Float32Array[]): Float32Array => {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
