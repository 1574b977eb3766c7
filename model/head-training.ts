import { softmaxRows } from './calibrate.ts';
import { TrainingDataError } from './errors.ts';
import { coverageAtAccuracy } from './evaluate/coverage.ts';
import { evaluateHead } from './evaluate/evaluate-head.ts';
import type { HeadEvaluation } from './evaluate/evaluate-head.ts';
import { outcomesOf } from './evaluate/outcome.ts';
import { labelOf } from './examples.ts';
import type { TrainingExample } from './examples.ts';
import { chooseFloor, familiarityOf, fitFamiliarity } from './familiarity.ts';
import { stratifiedFolds } from './folds.ts';
import { pseudoLabelIn } from './few-labels/pseudo-label.ts';
import { selfTrainedSpace } from './few-labels/self-trained-space.ts';
import { trainLinearSvm } from './linear-svm.ts';
import type { HeadManifest } from './manifest.ts';
import { averageNetworks } from './network/network-files.ts';
import { openNetwork } from './network/network.ts';
import type { NetworkWeights } from './network/network.ts';
import { trainNetwork } from './network/train-network.ts';
import { samplePositions } from './random.ts';
import { mostLikely } from './ranking.ts';
import { selectRows } from './sparse.ts';
import type { SparseRows } from './sparse.ts';
import { addScores, fitStackWeights } from './stack-weights.ts';
import type { Classifier } from './stages.ts';

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
/** Networks of other seeds whose scores are averaged; one is enough to judge by in cross-validation. */
const NETWORKS = 3;
/** Up to this many examples a label on average, texts without a label are worth labelling by what they resemble. */
const FEW_PER_LABEL = 50;
/** Fewer texts without a label tell little of how the others lie. */
const FEWEST_UNLABELLED = 500;
/** Texts that labels spread over; comparing them with one another grows with the square. */
const MOST_POOLED = 15_000;
/** Every network takes at least about this many steps, whatever the number of examples. */
const FEWEST_STEPS = 400;

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

/** Texts as a head learns from them. */
export interface ViewedTexts {
  readonly examples: readonly TrainingExample[];
  /** n × inputs, of unit length */
  readonly dense: Float32Array;
  readonly terms: SparseRows;
  /** n values: mean cosine to the nearest past tickets other than the text itself. */
  readonly nearness: (positions: Int32Array) => Promise<Float64Array>;
}

export interface HeadTraining {
  readonly head: HeadClasses & { readonly name: string };
  readonly training: ViewedTexts;
  readonly validation: ViewedTexts;
  /** Values of a dense row. */
  readonly inputs: number;
  /** Columns of the TF-IDF rows. */
  readonly width: number;
  readonly seed: number;
  readonly targetAccuracy: number;
  /** Told the share, 0..1, of the head's training that is done. */
  readonly onShare: (share: number) => void;
}

export interface TrainedHead {
  readonly linear: Classifier;
  readonly network: NetworkWeights;
  readonly manifest: HeadManifest;
  readonly metrics: Readonly<Record<string, number | string>>;
  /** On the examples that it was calibrated with. */
  readonly evaluation: HeadEvaluation;
}

/**
 * Trains a linear classifier on TF-IDF rows and a small network on dense ones, and stacks them. Weights of the stack, thresholds
 * and familiarity come from examples that the scoring classifiers have not seen: the validation examples, where there are enough;
 * else a held-out seventh of the training examples, if that is enough; else both the validation examples and all training examples,
 * these by five-fold cross-validation.
 */
export const trainHead = async (given: HeadTraining): Promise<TrainedHead> => {
  const { head, seed } = given;
  const classCount = head.labels.length;
  const learn = labelled(head, given.training.examples);
  const judged = labelled(head, given.validation.examples);
  const teaching = await openTeaching(given, learn);
  const { teach } = teaching;
  const fold = async (folds: Int32Array, which: number, networkCount: number): Promise<Unseen> => {
    const seen = learn.filter((_, at) => folds[at] !== which);
    const unseen = learn.filter((_, at) => folds[at] === which);
    return scoreUnseen(given, await fit(given, await teach(seen, unseen), networkCount), given.training, unseen);
  };
  const deal = (count: number): Int32Array =>
    stratifiedFolds(
      Int32Array.from(learn, ({ label }) => label),
      classCount,
      count,
      seed,
    );

  const fitted = await fit(given, await teach(learn, []), NETWORKS);
  if (judged.length >= ENOUGH_TO_JUDGE) {
    const validated = await scoreUnseen(given, fitted, given.validation, judged);
    return { ...fitted, ...calibrate(given, [validated], 'validation') };
  }
  if (learn.length >= ENOUGH_TO_JUDGE * HOLD_OUT_FOLDS) {
    given.onShare(1 / 2);
    return { ...fitted, ...calibrate(given, [await fold(deal(HOLD_OUT_FOLDS), 0, NETWORKS)], 'held-out') };
  }
  const folds = deal(CROSS_VALIDATION_FOLDS);
  const unseen: Unseen[] = [await scoreUnseen(given, fitted, given.validation, judged)];
  // With pseudo-labels a fold costs as much as the whole training; one of them is enough to calibrate by.
  const foldsJudged = teaching.kind === 'pseudo-labels' ? 1 : CROSS_VALIDATION_FOLDS;
  for (let which = 0; which < foldsJudged; which++) {
    given.onShare((which + 1) / (foldsJudged + 1));
    unseen.push(await fold(folds, which, 1));
  }
  return { ...fitted, ...calibrate(given, unseen, foldsJudged === 1 ? 'held-out' : 'cross-validation') };
};

interface LabelledPosition {
  readonly position: number;
  readonly label: number;
}

const labelled = (head: HeadTraining['head'], examples: readonly TrainingExample[]): readonly LabelledPosition[] => {
  const classOf = new Map(head.labels.map((label, index) => [label, index]));
  return examples.flatMap((example, position) => {
    const named = labelOf(example, head.name);
    const label = named === undefined ? undefined : classOf.get(named);
    return label === undefined ? [] : [{ position, label }];
  });
};

interface Fitted {
  readonly linear: Classifier;
  readonly network: NetworkWeights;
}

/** What is taught from the labelled texts that may be seen; `unseen` ones must not be learned from in any way. */
type Teach = (seen: readonly LabelledPosition[], unseen: readonly LabelledPosition[]) => Promise<Lesson>;

/**
 * Where labels are few and texts without a label many, these are labelled first, by what they resemble; the classifiers then learn
 * from both.
 */
const openTeaching = async (
  given: HeadTraining,
  learn: readonly LabelledPosition[],
): Promise<{ readonly kind: 'labels' | 'pseudo-labels'; readonly teach: Teach }> => {
  const { head, training, inputs, seed } = given;
  const classCount = head.labels.length;
  const isLabelled = new Set(learn.map(({ position }) => position));
  const unlabelled = Int32Array.from(
    training.examples.flatMap((example, position) => (labelOf(example, head.name) === undefined ? [position] : [])),
  );
  if (learn.length > FEW_PER_LABEL * classCount || unlabelled.length < Math.max(FEWEST_UNLABELLED, learn.length))
    return { kind: 'labels', teach: (seen) => Promise.resolve(lessonOf(given, seen)) };
  const chosen = samplePositions(unlabelled.length, Math.max(0, MOST_POOLED - learn.length), seed);
  const pool = [...isLabelled, ...Array.from(chosen, (at) => unlabelled[at]!)];
  const rows = gatherRows(training.dense, pool, inputs);
  const space = await selfTrainedSpace({ rows, dimension: inputs, classCount, seed });
  const rowOf = new Map(pool.map((position, row) => [position, row]));
  return {
    kind: 'pseudo-labels',
    teach: async (seen, unseen) => {
      const classes = new Int32Array(pool.length).fill(-1);
      for (const { position, label } of seen) classes[rowOf.get(position)!] = label;
      const labels = await pseudoLabelIn(space, classes, classCount);
      const hidden = new Set(unseen.map(({ position }) => position));
      const positions = pool.filter((position) => !hidden.has(position));
      return {
        positions,
        targets: gatherRows(
          labels,
          positions.map((position) => rowOf.get(position)!),
          classCount,
        ),
      };
    },
  };
};

/** What a classifier is taught: positions of training texts, and how much each belongs to each class. */
interface Lesson {
  readonly positions: readonly number[];
  /** positions × classes, rows sum to 1 */
  readonly targets: Float32Array;
}

/** From the labelled texts alone. */
const lessonOf = ({ head }: HeadTraining, learn: readonly LabelledPosition[]): Lesson => {
  const classCount = head.labels.length;
  const targets = new Float32Array(learn.length * classCount);
  learn.forEach(({ label }, row) => (targets[row * classCount + label] = 1));
  return { positions: learn.map(({ position }) => position), targets };
};

const fit = async (
  { head, training, inputs, width, seed }: HeadTraining,
  { positions, targets }: Lesson,
  networkCount: number,
): Promise<Fitted> => {
  const classCount = head.labels.length;
  const classes = Int32Array.from(positions, (_, row) => mostLikely(targets, row * classCount, classCount));
  const linear = trainLinearSvm({ rows: selectRows(training.terms, positions), width, classes, classCount, seed });
  const rows = gatherRows(training.dense, positions, inputs);
  const batch = positions.length >= 2_000 ? 64 : 32;
  const steps = Math.max(1, Math.floor(positions.length / batch));
  const networks: NetworkWeights[] = [];
  for (let at = 0; at < networkCount; at++)
    networks.push(
      await trainNetwork(
        { rows, inputs, targets, classes: classCount },
        {
          hidden: positions.length < 1_000 ? 128 : 512,
          epochs: Math.max(10, Math.min(40, Math.ceil(FEWEST_STEPS / steps))),
          batch,
          learningRate: 2e-3,
          weightDecay: 0.02,
          dropout: 0.2,
          labelSmoothing: 0.1,
          seed: seed * NETWORKS + at,
        },
      ),
    );
  return { linear, network: averageNetworks(networks) };
};

/** What classifiers say of examples that they were not trained on. */
interface Unseen {
  /** rows × classes each: the network's scores, the linear classifier's. */
  readonly components: readonly [Float32Array, Float32Array];
  readonly classes: Int32Array;
  readonly nearness: Float64Array;
  readonly languages: readonly (string | undefined)[];
}

const scoreUnseen = async (
  { inputs }: HeadTraining,
  { linear, network: weights }: Fitted,
  texts: ViewedTexts,
  unseen: readonly LabelledPosition[],
): Promise<Unseen> => {
  const positions = unseen.map(({ position }) => position);
  const network = await openNetwork(weights);
  try {
    return {
      components: [
        (await network.evaluate(gatherRows(texts.dense, positions, inputs))).scores,
        linear.score(selectRows(texts.terms, positions)),
      ],
      classes: Int32Array.from(unseen, ({ label }) => label),
      nearness: await texts.nearness(Int32Array.from(positions)),
      languages: positions.map((position) => texts.examples[position]!.language),
    };
  } finally {
    await network.release();
  }
};

/** The rows at the positions, in their order. */
export const gatherRows = (rows: Float32Array, positions: ArrayLike<number>, width: number): Float32Array => {
  const gathered = new Float32Array(positions.length * width);
  for (let row = 0; row < positions.length; row++)
    gathered.set(rows.subarray(positions[row]! * width, (positions[row]! + 1) * width), row * width);
  return gathered;
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

const calibrate = (
  { head, seed, targetAccuracy }: HeadTraining,
  unseen: readonly Unseen[],
  split: string,
): Pick<TrainedHead, 'manifest' | 'metrics' | 'evaluation'> => {
  const classCount = head.labels.length;
  const components = [0, 1].map((which) => joinFloats(unseen.map((part) => part.components[which]!)));
  const classes = Int32Array.from(unseen.flatMap((part) => [...part.classes]));
  const nearness = Float64Array.from(unseen.flatMap((part) => [...part.nearness]));
  const [networkWeight, linearWeight] = fitStackWeights(components, classes, classCount);
  const scores = addScores(components, [networkWeight!, linearWeight!]);
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
