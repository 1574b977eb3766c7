const MOST_STEPS = 30;
const SMALLEST_STEP = 1e-5;
/** Keeps the curvature invertible where a component says nothing. */
const RIDGE = 1e-6;

/**
 * Finds the weights, 0 and more, by which scores of several classifiers are added so that softmax(Σ weight × scores) has the least
 * negative log-likelihood on examples that none of them was trained on: stacked generalisation (Wolpert 1992) with one number a
 * classifier, which is temperature scaling (Guo et al. 2017) where there is one. The loss is convex; Newton's method finds its
 * minimum. Targets are smoothed by 1 / (rows + 2), as Platt (1999) does, so that a few examples which all happen to be right do
 * not make the model certain.
 * @param components each rows × classCount
 * @param classes right class of each row
 * @returns a weight a component; 1 each where there are no rows
 */
export const fitStackWeights = (
  components: readonly Float32Array[],
  classes: Int32Array,
  classCount: number,
): readonly number[] => {
  if (classes.length === 0) return components.map(() => 1);
  let used = components.map((_, at) => at);
  for (;;) {
    const weights = minimise(
      used.map((at) => components[at]!),
      classes,
      classCount,
    );
    const harmful = used.filter((_, at) => weights[at]! <= 0);
    if (harmful.length === 0 || harmful.length === used.length)
      return components.map((_, at) => (used.includes(at) ? Math.max(weights[used.indexOf(at)]!, RIDGE) : 0));
    used = used.filter((at) => !harmful.includes(at));
  }
};

/** Σ weight × scores, element by element. */
export const addScores = (components: readonly Float32Array[], weights: readonly number[]): Float32Array => {
  const sum = new Float32Array(components[0]!.length);
  components.forEach((scores, at) => {
    const weight = weights[at]!;
    if (weight !== 0) for (let index = 0; index < sum.length; index++) sum[index]! += weight * scores[index]!;
  });
  return sum;
};

const minimise = (components: readonly Float32Array[], classes: Int32Array, classCount: number): readonly number[] => {
  let weights = components.map(() => 1 / components.length);
  let loss = lossOf(components, weights, classes, classCount).loss;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, curvature } = lossOf(components, weights, classes, classCount);
    const direction = solve(curvature, gradient);
    let length = 1;
    // Half the step until it lowers the loss: far from the minimum a whole one may overshoot.
    for (; length > SMALLEST_STEP; length /= 2) {
      const next = weights.map((weight, at) => weight - length * direction[at]!);
      const lower = lossOf(components, next, classes, classCount).loss;
      if (lower > loss) continue;
      weights = next;
      loss = lower;
      break;
    }
    if (length <= SMALLEST_STEP || direction.every((value) => Math.abs(value) < SMALLEST_STEP)) break;
  }
  return weights;
};

interface Loss {
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly curvature: readonly (readonly number[])[];
}

const lossOf = (
  components: readonly Float32Array[],
  weights: readonly number[],
  classes: Int32Array,
  classCount: number,
): Loss => {
  const smoothing = 1 / (classes.length + 2);
  const gradient = components.map(() => 0);
  const curvature = components.map(() => components.map(() => 0));
  const probabilities = new Float64Array(classCount);
  const means = components.map(() => 0);
  let loss = 0;
  for (let row = 0; row < classes.length; row++) {
    const first = row * classCount;
    let largest = -Infinity;
    for (let label = 0; label < classCount; label++) {
      let score = 0;
      for (let at = 0; at < components.length; at++) score += weights[at]! * components[at]![first + label]!;
      probabilities[label] = score;
      largest = Math.max(largest, score);
    }
    let total = 0;
    for (let label = 0; label < classCount; label++) total += Math.exp(probabilities[label]! - largest);
    const logTotal = largest + Math.log(total);
    means.fill(0);
    for (let label = 0; label < classCount; label++) {
      const target = smoothing / classCount + (label === classes[row] ? 1 - smoothing : 0);
      const logProbability = probabilities[label]! - logTotal;
      const probability = Math.exp(logProbability);
      probabilities[label] = probability;
      loss -= target * logProbability;
      for (let at = 0; at < components.length; at++) {
        const score = components[at]![first + label]!;
        gradient[at]! += (probability - target) * score;
        means[at]! += probability * score;
      }
    }
    for (let at = 0; at < components.length; at++)
      for (let other = 0; other <= at; other++) {
        let covariance = 0;
        for (let label = 0; label < classCount; label++)
          covariance +=
            probabilities[label]! *
            (components[at]![first + label]! - means[at]!) *
            (components[other]![first + label]! - means[other]!);
        curvature[at]![other]! += covariance;
        if (other !== at) curvature[other]![at]! += covariance;
      }
  }
  return { loss, gradient, curvature };
};

/** Gaussian elimination; the matrix is positive semi-definite and small. */
const solve = (matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] => {
  const size = right.length;
  const rows = matrix.map((row, at) => [...row.map((value, column) => value + (column === at ? RIDGE : 0)), right[at]!]);
  for (let pivot = 0; pivot < size; pivot++)
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  return rows.map((row, at) => row[size]! / row[at]!);
};
