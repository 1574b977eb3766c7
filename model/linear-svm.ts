import { createLinearClassifier } from './linear-classifier.ts';
import { seededRandom, shuffleInPlace } from './random.ts';
import type { Classifier, ClassifierData } from './stages.ts';

/** Cost of a margin violation. Three-fold cross-validation on Banking77's training data: .890 at .5, .895 at 1, .896 at 2. */
const COST = 1;
const MAX_EPOCHS = 60;
/** Stop when the largest violation of the optimality conditions in an epoch is below this (liblinear's default). */
const TOLERANCE = 0.1;

/**
 * One-vs-rest linear support vector machines with squared hinge loss, by dual coordinate descent with shrinking
 * (Hsieh et al. 2008, "A Dual Coordinate Descent Method for Large-scale Linear SVM", algorithm 3). All classes are solved in
 * one pass over the rows, weights interleaved by class, because reading a row costs more than the arithmetic on it.
 * The order of the rows within an epoch is a seeded permutation: same data and seed, same bits.
 * @param data rows n × width, classes n values in 0..classCount-1
 * @returns a classifier whose scores are about +1 inside a class and -1 outside
 */
export const trainLinearSvm = (data: ClassifierData): Classifier => {
  const { rows, width, classes, classCount, seed } = data;
  const { offsets, indices, values } = rows;
  const weights = new Float32Array((width + 1) * classCount); // the last row is the bias
  const bias = weights.subarray(width * classCount);
  const multipliers = new Float32Array(rows.count * classCount);
  const diagonal = 1 / (2 * COST);
  const curvature = new Float32Array(rows.count).fill(1 + diagonal); // 1 for the constant feature
  for (let row = 0; row < rows.count; row++)
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) curvature[row]! += values[entry]! ** 2;

  // Classes of each row that still move; the others are far on the right side of their margin.
  const active = new Uint16Array(rows.count * classCount);
  const activeCounts = new Int32Array(rows.count);
  const activateAll = (): void => {
    for (let at = 0; at < active.length; at++) active[at] = at % classCount;
    activeCounts.fill(classCount);
  };
  activateAll();

  const scores = new Float64Array(classCount);
  const changed = new Int32Array(classCount);
  const steps = new Float32Array(classCount);
  const order = Int32Array.from({ length: rows.count }, (_, row) => row);
  const random = seededRandom(seed);
  let shrinkAbove = Infinity;
  let everythingActive = true;

  for (let epoch = 0; epoch < MAX_EPOCHS; epoch++) {
    shuffleInPlace(order, random);
    let largest = -Infinity;
    let smallest = Infinity;
    for (const row of order) {
      const count = activeCounts[row]!;
      if (count === 0) continue;
      const first = row * classCount;
      const start = offsets[row]!;
      const end = offsets[row + 1]!;
      for (let at = 0; at < count; at++) scores[at] = bias[active[first + at]!]!;
      for (let entry = start; entry < end; entry++) {
        const base = indices[entry]! * classCount;
        const value = values[entry]!;
        if (count === classCount) for (let at = 0; at < count; at++) scores[at]! += value * weights[base + at]!;
        else for (let at = 0; at < count; at++) scores[at]! += value * weights[base + active[first + at]!]!;
      }
      let moved = 0;
      let kept = 0;
      for (let at = 0; at < count; at++) {
        const label = active[first + at]!;
        const sign = label === classes[row] ? 1 : -1;
        const multiplier = multipliers[first + label]!;
        const gradient = sign * scores[at]! - 1 + multiplier * diagonal;
        if (multiplier === 0 && gradient > shrinkAbove) continue;
        const projected = multiplier === 0 ? Math.min(gradient, 0) : gradient;
        active[first + kept++] = label;
        largest = Math.max(largest, projected);
        smallest = Math.min(smallest, projected);
        if (Math.abs(projected) < 1e-12) continue;
        const next = Math.max(0, multiplier - gradient / curvature[row]!);
        multipliers[first + label] = next;
        steps[moved] = (next - multiplier) * sign;
        changed[moved++] = label;
      }
      activeCounts[row] = kept;
      if (moved === 0) continue;
      for (let at = 0; at < moved; at++) bias[changed[at]!]! += steps[at]!;
      for (let entry = start; entry < end; entry++) {
        const base = indices[entry]! * classCount;
        const value = values[entry]!;
        for (let at = 0; at < moved; at++) weights[base + changed[at]!]! += value * steps[at]!;
      }
    }
    if (largest - smallest < TOLERANCE) {
      if (everythingActive) break;
      // Converged on what is left: look once more at what was set aside.
      activateAll();
      everythingActive = true;
      shrinkAbove = Infinity;
    } else {
      everythingActive = false;
      shrinkAbove = largest > 0 ? largest : Infinity;
    }
  }
  return createLinearClassifier({ dense: weights, width, classCount });
};
