const COLDEST = 0.01;
const HOTTEST = 100;
const STEPS = 60;

/**
 * Probabilities of each row by softmax(score / temperature).
 * @param scores rows × classCount
 * @returns rows × classCount, each row sums to 1
 */
export const softmaxRows = (scores: Float32Array, classCount: number, temperature: number): Float64Array => {
  const probabilities = new Float64Array(scores.length);
  for (let first = 0; first < scores.length; first += classCount) {
    let largest = -Infinity;
    for (let label = 0; label < classCount; label++) largest = Math.max(largest, scores[first + label]!);
    let sum = 0;
    for (let label = 0; label < classCount; label++) {
      const share = Math.exp((scores[first + label]! - largest) / temperature);
      probabilities[first + label] = share;
      sum += share;
    }
    for (let label = 0; label < classCount; label++) probabilities[first + label]! /= sum;
  }
  return probabilities;
};

/**
 * Temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"): the temperature, .01 to 100, that
 * minimises the negative log-likelihood of held-out examples. The targets are smoothed by 1 / (rows + 2), as Platt (1999)
 * does, so that a few examples which all happen to be right do not make the model certain.
 * @param scores rows × classCount of examples that the classifier was not trained on
 * @param classes right class of each row
 * @returns 1 where there are no rows
 */
export const fitTemperature = (scores: Float32Array, classes: Int32Array, classCount: number): number => {
  if (classes.length === 0) return 1;
  const smoothing = 1 / (classes.length + 2);
  const loss = (logTemperature: number): number => {
    const probabilities = softmaxRows(scores, classCount, Math.exp(logTemperature));
    let sum = 0;
    for (let row = 0; row < classes.length; row++) {
      for (let label = 0; label < classCount; label++) {
        const target = smoothing / classCount + (label === classes[row] ? 1 - smoothing : 0);
        sum -= target * Math.log(Math.max(probabilities[row * classCount + label]!, Number.MIN_VALUE));
      }
    }
    return sum;
  };
  return Math.exp(minimise(loss, Math.log(COLDEST), Math.log(HOTTEST)));
};

/** Golden-section search; the loss has one minimum in the temperature, being convex in its inverse. */
const minimise = (loss: (at: number) => number, from: number, to: number): number => {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let leftLoss = loss(left);
  let rightLoss = loss(right);
  for (let step = 0; step < STEPS && high - low > 1e-4; step++) {
    if (leftLoss <= rightLoss) {
      high = right;
      right = left;
      rightLoss = leftLoss;
      left = high - ratio * (high - low);
      leftLoss = loss(left);
    } else {
      low = left;
      left = right;
      leftLoss = rightLoss;
      right = low + ratio * (high - low);
      rightLoss = loss(right);
    }
  }
  return (low + high) / 2;
};
