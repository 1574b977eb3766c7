import { softmaxRows } from './calibrate.ts';
import { TrainingDataError } from './errors.ts';
import { coverageAtAccuracy } from './evaluate/coverage.ts';
import { evaluateHead } from './evaluate/evaluate-head.ts';
import type { HeadEvaluation } from './evaluate/evaluate-head.ts';
import { outcomesOf } from './evaluate/outcome.ts';
import { labelOf } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { stratifiedFolds } from './folds.ts';
import type { HeadManifest } from './manifest.ts';
import { quantileOf } from './quantile.ts';
import { selectRows } from './sparse.ts';
import type { SparseRows } from './sparse.ts';
import type { Classifier, RoutingStages } from './stages.ts';

const FEWEST_EXAMPLES = 2;
/** Fewer held-out examples say too little of probabilities and thresholds. */
const ENOUGH_TO_JUDGE = 200;
/** One fold of these is held out where that is enough. */
const HOLD_OUT_FOLDS = 7;
const CROSS_VALIDATION_FOLDS = 5;
/** A threshold is not judged by fewer automated examples than this. */
const FEWEST_AUTOMATED = 10;
/** Accuracy at which models are compared by what they can automate. */
const COMPARED_ACCURACY = 0.95;
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
  /** On the examples that it was calibrated with. */
  readonly evaluation: HeadEvaluation;
}

/**
 * Trains on all training examples, and calibrates on scores of examples that the scoring classifier has not seen: the validation
 * examples, where there are enough; else a held-out seventh of the training examples, if that is enough; else both the validation
 * examples and all training examples, these by five-fold cross-validation.
 */
export const trainHead = (training: HeadTraining): TrainedHead => {
  const { head, width, seed, stages } = training;
  const classCount = head.labels.length;
  const learn = labelled(head, training.examples, training.rows);
  const judge = labelled(head, training.validation, training.validationRows);
  const train = (data: Labelled): Classifier =>
    stages.trainClassifier({ rows: data.rows, width, classes: data.classes, classCount, seed });
  const scoreUnseen = (folds: Int32Array, fold: number): Scored => {
    const positions = Array.from(folds.keys());
    const unseen = at(learn, Int32Array.from(positions.filter((position) => folds[position] === fold)));
    const seen = at(learn, Int32Array.from(positions.filter((position) => folds[position] !== fold)));
    return { scores: train(seen).score(unseen.rows), classes: unseen.classes, languages: unseen.languages };
  };

  const classifier = train(learn);
  const validated = { scores: classifier.score(judge.rows), classes: judge.classes, languages: judge.languages };
  if (judge.classes.length >= ENOUGH_TO_JUDGE) return { classifier, ...calibrate(training, [validated], 'validation') };
  if (learn.classes.length >= ENOUGH_TO_JUDGE * HOLD_OUT_FOLDS) {
    const folds = stratifiedFolds(learn.classes, classCount, HOLD_OUT_FOLDS, seed);
    return { classifier, ...calibrate(training, [scoreUnseen(folds, 0)], 'held-out') };
  }
  const folds = stratifiedFolds(learn.classes, classCount, CROSS_VALIDATION_FOLDS, seed);
  const scored = Array.from({ length: CROSS_VALIDATION_FOLDS }, (_, fold) => scoreUnseen(folds, fold));
  return { classifier, ...calibrate(training, [...scored, validated], 'cross-validation') };
};

/** Scores of examples, rows × classCount, beside their classes. */
interface Scored {
  readonly scores: Float32Array;
  readonly classes: Int32Array;
  readonly languages: Labelled['languages'];
}

interface Labelled {
  readonly rows: SparseRows;
  readonly classes: Int32Array;
  readonly languages: readonly (string | undefined)[];
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
    languages: found.map(({ position }) => examples[position]!.language),
  };
};

const at = (data: Labelled, positions: Int32Array): Labelled => ({
  rows: selectRows(data.rows, positions),
  classes: Int32Array.from(positions, (position) => data.classes[position]!),
  languages: Array.from(positions, (position) => data.languages[position]),
});

const calibrate = (
  { head, stages, seed, targetAccuracy }: HeadTraining,
  unseen: readonly Scored[],
  split: string,
): Omit<TrainedHead, 'classifier'> => {
  const classCount = head.labels.length;
  const scores = Float32Array.from(unseen.flatMap((part) => [...part.scores]));
  const classes = Int32Array.from(unseen.flatMap((part) => [...part.classes]));
  const temperature = stages.fitTemperature(scores, classes, classCount);
  const probabilities = softmaxRows(scores, classCount, temperature);
  const outcomes = outcomesOf(probabilities, classCount, classes);
  const largestScores = outcomes.map(({ label }, row) => scores[row * classCount + label]!);
  const { threshold, coverage, accuracy } = coverageAtAccuracy(outcomes, targetAccuracy, FEWEST_AUTOMATED);
  const thresholdAt95 = coverageAtAccuracy(outcomes, COMPARED_ACCURACY, FEWEST_AUTOMATED).threshold;
  const actual = Array.from(classes, (label) => head.labels[label]!);
  const languages = unseen.flatMap((part) => part.languages);
  const evaluation = evaluateHead({ labels: head.labels, probabilities, actual, languages, thresholdAt95 });
  return {
    manifest: {
      labels: head.labels,
      temperature,
      threshold,
      thresholdAt95,
      scoreFloor: quantileOf(largestScores, UNKNOWN_QUANTILE),
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
