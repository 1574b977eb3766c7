import { classCentroids, nearestCentroidCosines } from './class-centroids.ts';
import { calibrateHead } from './calibrate-head.ts';
import type { CalibratedHead, Unseen } from './calibrate-head.ts';
import type { TrainingExample } from './examples.ts';
import { stratifiedFolds } from './folds.ts';
import { gatherRows } from './gather-rows.ts';
import { labelledPositions } from './head-classes.ts';
import type { HeadClasses, LabelledPosition } from './head-classes.ts';
import { openTeaching } from './head-lessons.ts';
import type { Lesson } from './head-lessons.ts';
import { trainLinearSvm } from './linear-svm.ts';
import { evaluateRows } from './network/evaluate-rows.ts';
import type { NetworkWeights } from './network/network.ts';
import { ON_SPACE, ON_STATES, trainNetworks } from './network/train-networks.ts';
import { samplePositions } from './random.ts';
import { mostLikely } from './ranking.ts';
import { selectRows } from './sparse.ts';
import type { KeptStates } from './space/standardized-states.ts';
import type { SparseRows } from './sparse.ts';
import type { Classifier } from './stages.ts';
import { WORTH_A_THREAD } from './threads/second-thread.ts';
import type { SecondThread } from './threads/second-thread.ts';

/** Fewer held-out examples say too little of probabilities and thresholds. */
const ENOUGH_TO_JUDGE = 200;
/** One fold of these is held out where that is enough. */
const HOLD_OUT_FOLDS = 7;
const CROSS_VALIDATION_FOLDS = 5;
/** Networks on the space, of other seeds, whose scores are averaged where examples are few, and so cheap; one is enough to judge by in cross-validation. */
const NETWORKS = 3;
const FEW_EXAMPLES = 3_000;
/** Examples that the network on the states learns from; more of them change little and cost memory. */
const MOST_STATES = 20_000;

/** Texts as a head learns from them. */
export interface ViewedTexts {
  readonly examples: readonly TrainingExample[];
  /** n × inputs, of unit length */
  readonly dense: Float32Array;
  readonly terms: SparseRows;
  /** As of detectLanguage. @default none is told */
  readonly languages?: readonly (string | undefined)[];
  /** Whether a text is in a language that the encoder does not know. @default none is */
  readonly foreign?: readonly boolean[];
  /** The encoder's standardised states. */
  readonly states: Pick<KeptStates, 'width' | 'gather'>;
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
  /** Where the networks on the states are trained beside the rest, with the same bits. @default there is none */
  readonly thread?: SecondThread | undefined;
  /** Told the share, 0..1, of the head's training that is done. */
  readonly onShare: (share: number) => void;
}

export interface TrainedHead extends Fitted, CalibratedHead {}

/**
 * Trains a linear classifier on TF-IDF rows, a small network on dense ones and another on the encoder's states, and stacks them. Weights of the stack, thresholds
 * and familiarity come from examples that the scoring classifiers have not seen: the validation examples, where there are enough;
 * else a held-out seventh of the training examples, if that is enough; else both the validation examples and all training examples,
 * these by five-fold cross-validation.
 */
export const trainHead = async (given: HeadTraining): Promise<TrainedHead> => {
  const { head, seed } = given;
  const classCount = head.labels.length;
  const learn = labelledPositions(head, given.training.examples);
  const judged = labelledPositions(head, given.validation.examples);
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

  const fitAll = async (): Promise<Fitted> => fit(given, await teach(learn, []), NETWORKS);
  if (judged.length < ENOUGH_TO_JUDGE && learn.length >= ENOUGH_TO_JUDGE * HOLD_OUT_FOLDS) {
    const [fitted, heldOut] = await sideBySide(given.thread, fitAll, () => {
      given.onShare(1 / 2);
      return fold(deal(HOLD_OUT_FOLDS), 0, NETWORKS);
    });
    return { ...fitted, ...calibrateHead(given, [heldOut], 'held-out') };
  }
  const fitted = await fitAll();
  if (judged.length >= ENOUGH_TO_JUDGE) {
    const validated = await scoreUnseen(given, fitted, given.validation, judged);
    return { ...fitted, ...calibrateHead(given, [validated], 'validation') };
  }
  const folds = deal(CROSS_VALIDATION_FOLDS);
  const unseen: Unseen[] = [await scoreUnseen(given, fitted, given.validation, judged)];
  // With pseudo-labels a fold costs as much as the whole training; one of them is enough to calibrate by.
  const foldsJudged = teaching.kind === 'pseudo-labels' ? 1 : CROSS_VALIDATION_FOLDS;
  for (let which = 0; which < foldsJudged; which++) {
    given.onShare((which + 1) / (foldsJudged + 1));
    unseen.push(await fold(folds, which, 1));
  }
  return { ...fitted, ...calibrateHead(given, unseen, foldsJudged === 1 ? 'held-out' : 'cross-validation') };
};

export interface Fitted {
  readonly linear: Classifier;
  /** On the dense rows. */
  readonly network: NetworkWeights;
  /** On the encoder's states. */
  readonly statesNetwork: NetworkWeights;
  /** classes × the hidden values of the network on the states: where each class lies among them. */
  readonly centroids: Float32Array;
}

const fit = async (
  { head, training, inputs, width, seed, thread }: HeadTraining,
  { positions, targets }: Lesson,
  networkCount: number,
): Promise<Fitted> => {
  const classCount = head.labels.length;
  const classes = Int32Array.from(positions, (_, row) => mostLikely(targets, row * classCount, classCount));
  const kept = samplePositions(positions.length, MOST_STATES, seed);
  const keptPositions = kept.map((at) => positions[at]!);
  const beside = kept.length < WORTH_A_THREAD ? undefined : thread;
  const [statesNetwork, [linear, network]] = await sideBySide(
    beside,
    () => {
      const lesson = () => ({
        data: {
          rows: training.states.gather(keptPositions),
          inputs: training.states.width,
          targets: gatherRows(targets, kept, classCount),
          classes: classCount,
        },
        size: { ...ON_STATES, seed },
        count: 1,
      });
      if (beside !== undefined) return beside.ask('trainNetworks', lesson);
      const { data, size, count } = lesson();
      return trainNetworks(data, size, count);
    },
    async () =>
      [
        trainLinearSvm({ rows: selectRows(training.terms, positions), width, classes, classCount, seed }),
        await trainNetworks(
          { rows: gatherRows(training.dense, positions, inputs), inputs, targets, classes: classCount },
          { ...ON_SPACE, seed },
          positions.length < FEW_EXAMPLES ? networkCount : 1,
        ),
      ] as const,
  );
  const { direction } = await evaluateRows(statesNetwork, kept.length, (first, end) =>
    training.states.gather(keptPositions.subarray(first, end)),
  );
  const keptClasses = kept.map((at) => classes[at]!);
  return { linear, network, statesNetwork, centroids: classCentroids(direction, statesNetwork.hidden, keptClasses, classCount) };
};

/** Both at once where there is a thread for a part of the first; else one after the other, which needs less memory. */
const sideBySide = async <One, Other>(
  thread: SecondThread | undefined,
  one: () => Promise<One>,
  other: () => Promise<Other>,
): Promise<[One, Other]> => (thread === undefined ? [await one(), await other()] : Promise.all([one(), other()]));

const scoreUnseen = async (
  { inputs }: HeadTraining,
  { linear, network, statesNetwork, centroids }: Fitted,
  texts: ViewedTexts,
  unseen: readonly LabelledPosition[],
): Promise<Unseen> => {
  const positions = unseen.map(({ position }) => position);
  const onStates = await evaluateRows(statesNetwork, positions.length, (first, end) =>
    texts.states.gather(positions.slice(first, end)),
  );
  const onSpace = await evaluateRows(network, positions.length, (first, end) =>
    gatherRows(texts.dense, positions.slice(first, end), inputs),
  );
  return {
    components: [onSpace.scores, onStates.scores, linear.score(selectRows(texts.terms, positions))],
    classes: Int32Array.from(unseen, ({ label }) => label),
    nearness: nearestCentroidCosines(onStates.direction, statesNetwork.hidden, centroids),
    languages: positions.map((position) => texts.examples[position]!.language ?? texts.languages?.[position]),
    foreign: positions.map((position) => texts.foreign?.[position] ?? false),
  };
};
