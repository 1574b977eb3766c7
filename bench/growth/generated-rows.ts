import { seededRandom, shuffleInPlace } from '../../model/random.ts';

/** Values of noise that are drawn once; each row starts at another place among them. */
const NOISE_VALUES = 1_000_003;
/** Length of a row's noise beside its centre of length 1: rows of a group have a cosine of about .5 with each other. */
const NOISE_LENGTH = 1;

/**
 * Rows of unit length around seeded centres; group g has about 1/(g+1) as many rows as the first.
 * @returns count × dimension, and the group of each row
 */
export const generatedRows = (
  count: number,
  dimension: number,
  groups: number,
  seed: number,
): { readonly rows: Float32Array; readonly groupOf: Int32Array } => {
  const random = seededRandom(seed);
  // A sum of three uniform values is near enough to normal.
  const noise = Float32Array.from({ length: NOISE_VALUES }, () => 2 * (random() + random() + random()) - 3);
  const centres = Float32Array.from({ length: groups * dimension }, (_, at) => noise[at]!);
  const shares = Array.from({ length: groups }, (_, group) => 1 / (group + 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const groupOf = new Int32Array(count);
  let next = 0;
  let reached = 0;
  shares.forEach((share, group) => {
    reached += share;
    const end = group === groups - 1 ? count : Math.round((reached / total) * count);
    groupOf.fill(group, next, end);
    next = end;
  });
  shuffleInPlace(groupOf, random);
  const rows = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const first = Math.floor(random() * (NOISE_VALUES - dimension));
    const centre = groupOf[row]! * dimension;
    let squares = 0;
    for (let at = 0; at < dimension; at++) {
      const value = centres[centre + at]! + NOISE_LENGTH * noise[first + at]!;
      rows[row * dimension + at] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let at = 0; at < dimension; at++) rows[row * dimension + at]! /= length;
  }
  return { rows, groupOf };
};
