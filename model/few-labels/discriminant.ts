import { cholesky, solveLower, solveLowerTransposed } from '../linear-algebra/cholesky.ts';
import { multiply } from '../linear-algebra/multiply.ts';
import { orthonormalize } from '../linear-algebra/orthonormalize.ts';
import { classScatter } from './class-scatter.ts';
import type { LabelledRows } from './class-scatter.ts';

/** A linear map: (row - centre) · directions. */
export interface Discriminant {
  readonly dimension: number;
  /** At most one fewer than there are classes; 0 where no two classes have rows. */
  readonly columns: number;
  /** dimension: the weighted mean of the rows */
  readonly centre: Float32Array;
  /** dimension × columns */
  readonly directions: Float32Array;
}

/**
 * Linear discriminant analysis (Fisher 1936, Rao 1948): directions along which the class means lie apart, each of variance 1 within
 * classes and uncorrelated with the others. They span what the leading eigenvectors of the classical problem span, and all of them
 * are kept, so lengths and angles of mapped rows are the classical ones; the axes are turned, not sorted by separation.
 * @param shrinkage 0..1: the covariance within classes is moved by this share towards a sphere of the same mean variance
 *   (Friedman 1989)
 * @throws RangeError where the covariance has no inverse: shrinkage 0 with fewer rows than dimensions
 */
export const fitDiscriminant = async (labelled: LabelledRows, shrinkage: number): Promise<Discriminant> => {
  const { dimension } = labelled;
  const { masses, means, within } = await classScatter(labelled);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const centre = new Float64Array(dimension);
  masses.forEach((mass, label) => {
    if (mass > 0) for (let at = 0; at < dimension; at++) centre[at]! += (mass / total) * means[label * dimension + at]!;
  });
  const used = [...masses.keys()].filter((label) => masses[label]! > 0);
  const lower = cholesky(shrunk(within, dimension, shrinkage), dimension);
  const apart = new Float64Array(dimension * used.length);
  used.forEach((label, column) => {
    for (let at = 0; at < dimension; at++) apart[at * used.length + column] = means[label * dimension + at]! - centre[at]!;
  });
  solveLower(lower, dimension, apart, used.length);
  const axes = used.map((_, column) => Float64Array.from({ length: dimension }, (__, at) => apart[at * used.length + column]!));
  orthonormalize(axes);
  const kept = axes.filter((axis) => axis.some((value) => value !== 0));
  const directions = new Float64Array(dimension * kept.length);
  kept.forEach((axis, column) => {
    for (let at = 0; at < dimension; at++) directions[at * kept.length + column] = axis[at]!;
  });
  solveLowerTransposed(lower, dimension, directions, kept.length);
  return { dimension, columns: kept.length, centre: Float32Array.from(centre), directions: Float32Array.from(directions) };
};

/** @param rows n × dimension @returns n × columns */
export const discriminate = async (
  { dimension, columns, centre, directions }: Discriminant,
  rows: Float32Array,
): Promise<Float32Array> => {
  const map = { rows: dimension, columns, values: directions };
  const { values } = await multiply({ rows: rows.length / dimension, columns: dimension, values: rows }, map);
  const origin = await multiply({ rows: 1, columns: dimension, values: centre }, map);
  return values.map((value, at) => value - origin.values[at % columns]!);
};

const shrunk = (within: Float64Array, dimension: number, shrinkage: number): Float64Array => {
  let trace = 0;
  for (let at = 0; at < dimension; at++) trace += within[at * dimension + at]!;
  const shrunken = within.map((value) => (1 - shrinkage) * value);
  // Where nothing varies within the classes, a sphere of any size gives the same directions.
  for (let at = 0; at < dimension; at++) shrunken[at * dimension + at]! += trace > 0 ? (shrinkage * trace) / dimension : 1;
  return shrunken;
};
