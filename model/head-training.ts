import { softmaxRows } from './calibrate.ts';
import { TrainingDataError } from './errors.ts';
import { labelOf } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import type { HeadManifest } from './manifest.ts';
import { accuracyOf, brierScore, coverageAtAccuracy, expectedCalibrationError, macroF1Of, quantileOf } from './metrics.ts';
import { mostLikely } from './ranking.ts';
import { selectRows } from './sparse.ts';
import type { SparseRows } from './sparse.ts';
import { stratifiedSplit } from './splits.ts';
import type { Classifier, RoutingStages } from './stages.ts';

const FEWEST_EXAMPLES = 2;
/** With fewer labelled validation examples, a part of the training examples says more. */
const FEWEST_VALIDATION = 30;
const HELD_OUT_SHARE = 0.15;
/** A threshold is not judged by fewer automated examples than this. */
const FEWEST_AUTOMATED = 10;
/** Share of held-out tickets, all within scope, that may look unknown. */
const UNKNOWN_QUANTILE = 0.02;

export interface HeadClasses {
  readonly labels: readonly string[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/** @throws TrainingDataError where fewer than two labels have two examples */
export const chooseClasses = (name: string, examples: readonly TrainingExample[]): HeadClasses => {
  const counts = new Map<string, number>();
  for (const example of examples) {
    const label = labelOf(example, name);
    if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const sorted = [...counts.keys()].sort();
  const labels = sorted.filter((label) => counts.get(label)! >= FEWEST_EXAMPLES);
  const leftOut = sorted.filter((label) => counts.get(label)! < FEWEST_EXAMPLES);
  if (labels.length < 2)
    throw new TrainingDataError(
      `Head "${name}" has ${labels.length === 1 ? `only the label "${labels[0]}"` : 'no label'} with ${FEWEST_EXAMPLES} or more examples` +
        `${leftOut.length > 0 ? ` (${leftOut.length} with one)` : ''}; it takes two labels to tell them apart. Add examples, or leave the head out.`,
    );
  return { labels, leftOut: Object.fromEntries(leftOut.map((label) => [label, counts.get(label)!])) };
};

export interface HeadTraining {
  readonly head: HeadClasses & { readonly name: string };
  readonly examples: readonly TrainingExample[];
  readonly rows: SparseRows;
  readonly validation: readonly TrainingExample[];
  readonly validationRows: SparseRows;
  readonly width: number;
  readonly seed: number;
  readonly targetAccuracy: number;
  readonly stages: RoutingStages;
}

export interface TrainedHead {
  readonly classifier: Classifier;
  readonly manifest: HeadManifest;
  readonly metrics: Readonly<Record<string, number | string>>;
}

/**
 * Trains, then calibrates on examples that the measured classifier has not seen: those of the validation file, else a held-out part
 * of the training examples, after which the classifier is trained again on all of them.
 */
export const trainHead = (training: HeadTraining): TrainedHead => {
  const { head, width, seed, stages } = training;
  const classCount = head.labels.length;
  const learn = labelled(head, training.examples, training.rows);
  const judge = labelled(head, training.validation, training.validationRows);
  const train = (data: Labelled): Classifier =>
    stages.trainClassifier({ rows: data.rows, width, classes: data.classes, classCount, seed });
  const classifier = train(learn);

  if (judge.classes.length >= FEWEST_VALIDATION)
    return { classifier, ...calibrate(training, classifier.score(judge.rows), judge.classes, 'validation') };
  const { fit, heldOut } = stratifiedSplit(learn.classes, classCount, HELD_OUT_SHARE, seed);
  const held = at(learn, heldOut);
  return { classifier, ...calibrate(training, train(at(learn, fit)).score(held.rows), held.classes, 'held-out') };
};

interface Labelled {
  readonly rows: SparseRows;
  readonly classes: Int32Array;
}

const labelled = (head: HeadTraining['head'], examples: readonly TrainingExample[], rows: SparseRows): Labelled => {
  const classOf = new Map(head.labels.map((label, index) => [label, index]));
  const found = examples.flatMap((example, position) => {
    const named = labelOf(example, head.name);
    const label = named === undefined ? undefined : classOf.get(named);
    return label === undefined ? [] : [{ position, label }];
  });
  return {
    rows: selectRows(
      rows,
      found.map(({ position }) => position),
    ),
    classes: Int32Array.from(found, ({ label }) => label),
  };
};

const at = (data: Labelled, positions: Int32Array): Labelled => ({
  rows: selectRows(data.rows, positions),
  classes: Int32Array.from(positions, (position) => data.classes[position]!),
});

const calibrate = (
  { head, stages, seed, targetAccuracy }: HeadTraining,
  scores: Float32Array,
  classes: Int32Array,
  split: string,
): Omit<TrainedHead, 'classifier'> => {
  const classCount = head.labels.length;
  const temperature = stages.fitTemperature(scores, classes, classCount);
  const probabilities = softmaxRows(scores, classCount, temperature);
  const outcomes = Array.from(classes, (actual, row) => {
    const label = mostLikely(probabilities, row * classCount, classCount);
    return { label, actual, probability: probabilities[row * classCount + label]! };
  });
  const largestScores = outcomes.map(({ label }, row) => scores[row * classCount + label]!);
  const { threshold, coverage, accuracy } = coverageAtAccuracy(outcomes, targetAccuracy, FEWEST_AUTOMATED);
  return {
    manifest: {
      labels: head.labels,
      temperature,
      threshold,
      scoreFloor: quantileOf(largestScores, UNKNOWN_QUANTILE),
      leftOut: head.leftOut,
    },
    metrics: {
      split,
      count: classes.length,
      seed,
      accuracy: accuracyOf(outcomes),
      macroF1: macroF1Of(outcomes),
      ece: expectedCalibrationError(outcomes),
      brier: brierScore(probabilities, classes, classCount),
      targetAccuracy,
      coverage,
      accuracyOfAutomated: accuracy,
    },
  };
};
