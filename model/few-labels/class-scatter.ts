import { multiply } from '../linear-algebra/multiply.ts';

/** Rows whose deviations are held at once. */
const BLOCK = 2048;

export interface LabelledRows {
  /** n × dimension */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** n classes, 0 and more; rows of -1 do not count. */
  readonly classes: Int32Array;
  /** n, 0 and more. @default 1 each */
  readonly weights?: Float32Array;
}

export interface ClassScatter {
  /** Weight of the rows of each class; 0 where a number is not used. */
  readonly masses: Float64Array;
  /** classes × dimension */
  readonly means: Float64Array;
  /** dimension × dimension: mean product of the deviations from the own class's mean. */
  readonly within: Float64Array;
}

/** Weighted class means and the covariance within the classes. All 0 where no row counts. */
export const classScatter = async ({ rows, dimension, classes, weights }: LabelledRows): Promise<ClassScatter> => {
  const classCount = classes.reduce((most, label) => Math.max(most, label + 1), 0);
  const masses = new Float64Array(classCount);
  const means = new Float64Array(classCount * dimension);
  classes.forEach((label, row) => {
    const weight = weights?.[row] ?? 1;
    if (label < 0 || weight <= 0) return;
    masses[label]! += weight;
    for (let at = 0; at < dimension; at++) means[label * dimension + at]! += weight * rows[row * dimension + at]!;
  });
  masses.forEach((mass, label) => {
    if (mass > 0) for (let at = label * dimension; at < (label + 1) * dimension; at++) means[at]! /= mass;
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const within = new Float64Array(dimension * dimension);
  for (let start = 0; start < classes.length; start += BLOCK) {
    const size = Math.min(BLOCK, classes.length - start);
    const deviations = new Float32Array(size * dimension);
    for (let row = start; row < start + size; row++) {
      const label = classes[row]!;
      const weight = weights?.[row] ?? 1;
      if (label < 0 || weight <= 0) continue;
      const share = Math.sqrt(weight / total);
      for (let at = 0; at < dimension; at++)
        deviations[(row - start) * dimension + at] = share * (rows[row * dimension + at]! - means[label * dimension + at]!);
    }
    const block = { rows: size, columns: dimension, values: deviations };
    const { values } = await multiply(block, block, 'left');
    for (let at = 0; at < within.length; at++) within[at]! += values[at]!;
  }
  return { masses, means, within };
};
