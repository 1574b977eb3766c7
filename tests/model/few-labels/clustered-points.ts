import { seededRandom } from '../../../model/random.ts';

/** About normally distributed, from a seeded sequence. */
export const seededNormal = (seed: number): (() => number) => {
  const random = seededRandom(seed);
  return () => {
    let sum = -6;
    for (let at = 0; at < 12; at++) sum += random();
    return sum;
  };
};

/** Unit rows in groups of one size around random centres; row r is of group r % groups. */
export const clusteredPoints = (options: {
  readonly groups: number;
  readonly each: number;
  readonly dimension: number;
  readonly noise: number;
  readonly seed: number;
}): { readonly rows: Float32Array; readonly dimension: number; readonly groupOf: Int32Array } => {
  const { groups, each, dimension, noise, seed } = options;
  const normal = seededNormal(seed);
  const centres = Array.from({ length: groups }, () => Array.from({ length: dimension }, normal));
  const groupOf = Int32Array.from({ length: groups * each }, (_, row) => row % groups);
  const rows = new Float32Array(groupOf.length * dimension);
  groupOf.forEach((group, row) => {
    const point = centres[group]!.map((value) => value + noise * normal());
    const length = Math.hypot(...point);
    rows.set(
      point.map((value) => value / length),
      row * dimension,
    );
  });
  return { rows, dimension, groupOf };
};
