import { multiply } from '../linear-algebra/multiply.ts';
import { minimize } from './lbfgs.ts';
import { logSoftmaxRows } from './log-softmax.ts';

const MOST_ITERATIONS = 200;
const TOLERANCE = 1e-4;

export interface LogisticRegressionTraining {
  /** n × dimension */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** n classes, 0..classCount-1 */
  readonly classes: Int32Array;
  readonly classCount: number;
  /** Above 0: weight of the summed losses beside half the squared weights, scikit-learn's C. */
  readonly inverseRegularization: number;
}

export interface LogisticRegression {
  readonly dimension: number;
  readonly classCount: number;
  /** dimension × classCount */
  readonly weights: Float32Array;
  /** classCount */
  readonly biases: Float32Array;
}

/** Multinomial logistic regression with an L2 penalty on the weights, not on the biases. Same data, same bits. */
export const fitLogisticRegression = async (training: LogisticRegressionTraining): Promise<LogisticRegression> => {
  const { rows, dimension, classes, classCount, inverseRegularization } = training;
  const matrix = { rows: classes.length, columns: dimension, values: rows };
  const size = dimension * classCount;
  const decay = 1 / (inverseRegularization * classes.length);
  const best = await minimize(
    async (at) => {
      const losses = await scoresOf(rows, modelAt(at, dimension, classCount));
      logSoftmaxRows(losses, classCount);
      const gradient = new Float64Array(size + classCount);
      let value = 0;
      const residuals = losses.map((score) => Math.exp(score) / classes.length);
      classes.forEach((label, row) => {
        value -= losses[row * classCount + label]! / classes.length;
        residuals[row * classCount + label]! -= 1 / classes.length;
      });
      const products = await multiply(matrix, { rows: classes.length, columns: classCount, values: residuals }, 'left');
      for (let index = 0; index < size; index++) {
        gradient[index] = products.values[index]! + decay * at[index]!;
        value += (decay / 2) * at[index]! ** 2;
      }
      residuals.forEach((residual, index) => (gradient[size + (index % classCount)]! += residual));
      return { value, gradient };
    },
    new Float64Array(size + classCount),
    { mostIterations: MOST_ITERATIONS, tolerance: TOLERANCE },
  );
  return modelAt(best, dimension, classCount);
};

/** @param rows n × dimension @returns n × classCount, at most 0 */
export const logProbabilities = async (model: LogisticRegression, rows: Float32Array): Promise<Float32Array> =>
  logSoftmaxRows(await scoresOf(rows, model), model.classCount);

const modelAt = (parameters: Float64Array, dimension: number, classCount: number): LogisticRegression => ({
  dimension,
  classCount,
  weights: Float32Array.from(parameters.subarray(0, dimension * classCount)),
  biases: Float32Array.from(parameters.subarray(dimension * classCount)),
});

const scoresOf = async (
  rows: Float32Array,
  { dimension, classCount, weights, biases }: LogisticRegression,
): Promise<Float32Array> => {
  const matrix = { rows: rows.length / dimension, columns: dimension, values: rows };
  const { values } = await multiply(matrix, { rows: dimension, columns: classCount, values: weights });
  for (let at = 0; at < values.length; at++) values[at]! += biases[at % classCount]!;
  return values;
};
