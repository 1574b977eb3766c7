import { sparseTimesDense } from '../linear-algebra/sparse-product.ts';
import { topRightSingularVectors } from '../linear-algebra/sparse-svd.ts';
import type { SparseRows } from '../sparse.ts';
import { affordableDirections, centreOf } from './half-whitening.ts';

/** Terms beyond the most frequent ones are left out of the projection: they bound the artifact, and are in few texts each. */
const MOST_TERMS = 20_000;
const POWER = 0.25;

/** Projects TF-IDF rows on their directions of largest variance, half-whitened like the encoder's states. */
export interface TermDirections {
  /** Columns of the sparse rows. */
  readonly width: number;
  readonly dimension: number;
  /** dimension values, subtracted after the projection */
  readonly centre: Float32Array;
  /** The feature of each row of `basis`, ascending. */
  readonly terms: Uint32Array;
  /** The row of `basis` of each feature; -1 for one that is left out. */
  readonly positions: Int32Array;
  /** terms × dimension */
  readonly basis: Float32Array;
}

/** @param rows of the training texts */
export const fitTermDirections = async (
  rows: SparseRows,
  width: number,
  asked: number,
  seed: number,
): Promise<TermDirections> => {
  const terms = frequentTerms(rows, width);
  const positions = positionsOf(terms, width);
  const chosen = chooseTerms(rows, positions);
  const { vectors, columns } = await topRightSingularVectors(chosen, terms.length, affordableDirections(rows.count, asked), seed);
  const projected = sparseTimesDense(chosen, vectors, columns);
  const centre = centreOf(projected, columns);
  const variances = new Float64Array(columns);
  for (let at = 0; at < projected.length; at++)
    variances[at % columns]! += (projected[at]! - centre[at % columns]!) ** 2 / rows.count;
  const scales = Float32Array.from(variances, (variance) => (variance > 1e-12 ? variance ** -POWER : 0));
  const basis = vectors.map((value, at) => value * scales[at % columns]!);
  return { width, dimension: columns, centre: centre.map((value, at) => value * scales[at]!), terms, positions, basis };
};

/** @returns n × dimension, not normalised */
export const projectTerms = ({ dimension, centre, positions, basis }: TermDirections, rows: SparseRows): Float32Array => {
  const projected = sparseTimesDense(chooseTerms(rows, positions), basis, dimension);
  for (let at = 0; at < projected.length; at++) projected[at]! -= centre[at % dimension]!;
  return projected;
};

const frequentTerms = (rows: SparseRows, width: number): Uint32Array => {
  const counts = new Uint32Array(width);
  for (const feature of rows.indices) counts[feature]!++;
  const order = Uint32Array.from({ length: width }, (_, feature) => feature);
  if (width <= MOST_TERMS) return order;
  return order
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, MOST_TERMS)
    .sort();
};

export const positionsOf = (terms: Uint32Array, width: number): Int32Array => {
  const positions = new Int32Array(width).fill(-1);
  terms.forEach((feature, position) => (positions[feature] = position));
  return positions;
};

/** The same rows over the chosen terms only. */
const chooseTerms = (rows: SparseRows, positions: Int32Array): SparseRows => {
  const offsets = new Int32Array(rows.count + 1);
  const indices = new Int32Array(rows.indices.length);
  const values = new Float32Array(rows.indices.length);
  let kept = 0;
  for (let row = 0; row < rows.count; row++) {
    for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
      const position = positions[rows.indices[entry]!]!;
      if (position === -1) continue;
      indices[kept] = position;
      values[kept++] = rows.values[entry]!;
    }
    offsets[row + 1] = kept;
  }
  return { count: rows.count, offsets, indices: indices.subarray(0, kept), values: values.subarray(0, kept) };
};
