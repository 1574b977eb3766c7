import { multiply } from '../linear-algebra/multiply.ts';
import { topEigen } from '../linear-algebra/symmetric-eigen.ts';

/** Variance is divided by its power ½ of the standard deviation: between leaving it (0) and full whitening (1), measured best. */
const POWER = 0.25;
/** A direction needs about this many texts to be told from noise. */
const TEXTS_PER_DIRECTION = 4;
/** Directions with less than this share of the first one's variance are rounding. */
const NEGLIGIBLE = 1e-7;

/** Centres rows, projects them on their directions of largest variance and divides each by the fourth root of its variance. */
export interface HalfWhitening {
  /** Values of a row that goes in. */
  readonly width: number;
  /** Values of a row that comes out. */
  readonly dimension: number;
  /** width values */
  readonly centre: Float32Array;
  /** width × dimension */
  readonly basis: Float32Array;
}

/** How many directions n texts can carry. */
export const affordableDirections = (texts: number, asked: number): number =>
  Math.max(2, Math.min(asked, Math.floor(texts / TEXTS_PER_DIRECTION)));

/** @param rows n × width */
export const fitHalfWhitening = async (
  rows: Float32Array,
  width: number,
  asked: number,
  seed: number,
): Promise<HalfWhitening> => {
  const count = rows.length / width;
  const centre = centreOf(rows, width);
  const centred = subtractCentre(rows, centre);
  const matrix = { rows: count, columns: width, values: centred };
  const covariance = await multiply(matrix, matrix, 'left');
  for (let at = 0; at < covariance.values.length; at++) covariance.values[at]! /= count;
  const { values, vectors } = await topEigen(covariance.values, width, affordableDirections(count, Math.min(asked, width)), seed);
  const kept = Math.max(1, values.findLastIndex((value) => value > Math.max(values[0]! * NEGLIGIBLE, Number.MIN_VALUE)) + 1);
  const basis = new Float32Array(width * kept);
  for (let column = 0; column < kept; column++) {
    const scale = values[column]! > 0 ? values[column]! ** -POWER : 0;
    for (let row = 0; row < width; row++) basis[row * kept + column] = vectors[column]![row]! * scale;
  }
  return { width, dimension: kept, centre, basis };
};

/** @returns n × dimension, not normalised */
export const halfWhiten = async ({ width, dimension, centre, basis }: HalfWhitening, rows: Float32Array): Promise<Float32Array> =>
  (
    await multiply(
      { rows: rows.length / width, columns: width, values: subtractCentre(rows, centre) },
      { rows: width, columns: dimension, values: basis },
    )
  ).values;

/** Mean of the rows. */
export const centreOf = (rows: Float32Array, width: number): Float32Array => {
  const sums = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) sums[at % width]! += rows[at]!;
  const count = Math.max(1, rows.length / width);
  return Float32Array.from(sums, (sum) => sum / count);
};

const subtractCentre = (rows: Float32Array, centre: Float32Array): Float32Array => {
  const width = centre.length;
  const centred = new Float32Array(rows.length);
  for (let first = 0; first < rows.length; first += width)
    for (let at = 0; at < width; at++) centred[first + at] = rows[first + at]! - centre[at]!;
  return centred;
};
