import { TrainingDataError } from '../errors.ts';
import { nearestNeighbours } from '../graph/nearest-neighbours.ts';
import { discriminate, fitDiscriminant } from './discriminant.ts';
import { joinUnit } from './join-unit.ts';
import { spreadLabels, spreadingGraph } from './label-propagation.ts';
import { logSoftmaxRows } from './log-softmax.ts';
import { fitLogisticRegression, logProbabilities } from './logistic-regression.ts';
import { SPREADING_NEIGHBOURS, selfTrainedSpace } from './self-trained-space.ts';
import type { SelfTrainedSpace, SelfTraining } from './self-trained-space.ts';

const ROUNDS = 3;
const INVERSE_REGULARIZATION = 30;
/** Weight of what the neighbours say beside the regression, in logarithms. */
const SPREAD_WEIGHT = 0.8;
/** Keeps one missing path in the graph from ruling a class out. */
const LEAST_SHARE = 1e-3;
const SHRINKAGE = 0.2;
/** Length of the given rows beside the discriminant's, in the space of the next round. */
const GIVEN_LENGTH = 0.7;

export interface PseudoLabelling extends SelfTraining {
  /** n classes, 0..classCount-1, or -1 where unlabelled */
  readonly classes: Int32Array;
}

/**
 * Soft labels for unlabelled rows, from few labelled ones and the shape of all: a self-trained space, then rounds of label spreading
 * with a logistic regression, each followed by a discriminant analysis of the whole by the labels so far.
 * @returns n × classCount, rows sum to 1; a labelled row has 1 at its class
 * @throws TrainingDataError where no row is labelled
 */
export const pseudoLabel = async (labelling: PseudoLabelling): Promise<Float32Array> => {
  const { classes, classCount, onProgress } = labelling;
  refuseUnusable(labelling.rows.length / labelling.dimension, classes, classCount);
  // Training the space is five of eight parts.
  const space = await selfTrainedSpace({ ...labelling, onProgress: (done) => onProgress?.(done, 5 + ROUNDS) });
  return pseudoLabelIn(space, classes, classCount, (done) => onProgress?.(5 + done, 5 + ROUNDS));
};

/** As `pseudoLabel`, in a space made before. */
export const pseudoLabelIn = async (
  space: SelfTrainedSpace,
  classes: Int32Array,
  classCount: number,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Float32Array> => {
  const { rows, dimension } = space;
  refuseUnusable(rows.length / dimension, classes, classCount);
  let labels = await combine(
    space.trained,
    space.trainedDimension,
    spreadLabels(space.graph, classes, classCount),
    classes,
    classCount,
  );
  onProgress(1, ROUNDS);
  for (let round = 1; round < ROUNDS; round++) {
    const discriminant = await fitDiscriminant({ rows, dimension, ...hardened(labels, classCount) }, SHRINKAGE);
    const joined = joinUnit(classes.length, [
      { values: rows, columns: dimension, length: GIVEN_LENGTH },
      { values: await discriminate(discriminant, rows), columns: discriminant.columns, length: 1 },
    ]);
    const graph = spreadingGraph(await nearestNeighbours(joined.rows, joined.dimension, SPREADING_NEIGHBOURS));
    labels = await combine(joined.rows, joined.dimension, spreadLabels(graph, classes, classCount), classes, classCount);
    onProgress(round + 1, ROUNDS);
  }
  return labels;
};

const refuseUnusable = (count: number, classes: Int32Array, classCount: number): void => {
  if (classes.length !== count) throw new RangeError(`${classes.length} classes do not fit ${count} rows.`);
  if (classes.some((label) => label >= classCount)) throw new RangeError(`A class is not below ${classCount}.`);
  if (classes.every((label) => label < 0))
    throw new TrainingDataError('No ticket has a label, so none can be spread to the others: label some.');
};

/** Regression on the labelled rows and what was spread, as probabilities; labelled rows keep their class. */
const combine = async (
  rows: Float32Array,
  dimension: number,
  spread: Float32Array,
  classes: Int32Array,
  classCount: number,
): Promise<Float32Array> => {
  const labelled = [...classes.keys()].filter((row) => classes[row]! >= 0);
  const chosen = new Float32Array(labelled.length * dimension);
  labelled.forEach((row, at) => chosen.set(rows.subarray(row * dimension, (row + 1) * dimension), at * dimension));
  const regression = await fitLogisticRegression({
    rows: chosen,
    dimension,
    classes: Int32Array.from(labelled, (row) => classes[row]!),
    classCount,
    inverseRegularization: INVERSE_REGULARIZATION,
  });
  const scores = await logProbabilities(regression, rows);
  for (let at = 0; at < scores.length; at++) scores[at]! += SPREAD_WEIGHT * Math.log(spread[at]! + LEAST_SHARE);
  const labels = logSoftmaxRows(scores, classCount).map(Math.exp);
  for (const row of labelled) {
    labels.fill(0, row * classCount, (row + 1) * classCount);
    labels[row * classCount + classes[row]!] = 1;
  }
  return labels;
};

/** The likeliest class of each row, weighted by the square of its probability. */
const hardened = (labels: Float32Array, classCount: number): { readonly classes: Int32Array; readonly weights: Float32Array } => {
  const classes = new Int32Array(labels.length / classCount);
  const weights = new Float32Array(classes.length);
  for (let row = 0; row < classes.length; row++) {
    let best = row * classCount;
    for (let at = best + 1; at < (row + 1) * classCount; at++) if (labels[at]! > labels[best]!) best = at;
    classes[row] = best - row * classCount;
    weights[row] = labels[best]! ** 2;
  }
  return { classes, weights };
};
