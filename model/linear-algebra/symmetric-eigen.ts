import { seededRandom } from '../random.ts';
import { multiply } from './multiply.ts';
import { orthonormalize } from './orthonormalize.ts';

const MOST_SWEEPS = 30;
/** Off-diagonal values below this share of the diagonal count as zero. */
const NEGLIGIBLE = 1e-9;
/** Vectors iterated beside those asked for: the last ones converge slowly. */
const OVERSAMPLED = 16;
const ITERATIONS = 12;

export interface Eigenpairs {
  /** From the largest down. */
  readonly values: Float64Array;
  /** One unit vector a value, in their order. */
  readonly vectors: readonly Float64Array[];
}

/**
 * All eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan 2013, § 8.5).
 * @param matrix size × size, row by row; not changed
 */
export const jacobiEigen = (matrix: ArrayLike<number>, size: number): Eigenpairs => {
  const rows = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (__, column) => matrix[row * size + column]!),
  );
  const vectors = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (__, column) => (row === column ? 1 : 0)),
  );
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = 0;
    for (let one = 0; one < size; one++)
      for (let other = one + 1; other < size; other++) {
        const coupling = rows[one]![other]!;
        const ofOne = rows[one]![one]!;
        const ofOther = rows[other]![other]!;
        if (Math.abs(coupling) <= NEGLIGIBLE * Math.sqrt(Math.abs(ofOne * ofOther)) || coupling === 0) continue;
        rotated++;
        const slope = (ofOther - ofOne) / (2 * coupling);
        const tangent = (slope >= 0 ? 1 : -1) / (Math.abs(slope) + Math.sqrt(slope * slope + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        for (const row of rows) rotate(row, one, other, cosine, sine);
        rotateRows(rows[one]!, rows[other]!, cosine, sine);
        rotateRows(vectors[one]!, vectors[other]!, cosine, sine);
      }
    if (rotated === 0) break;
  }
  const order = Array.from({ length: size }, (_, at) => at).sort((a, b) => rows[b]![b]! - rows[a]![a]! || a - b);
  return { values: Float64Array.from(order, (at) => rows[at]![at]!), vectors: order.map((at) => vectors[at]!) };
};

const rotate = (row: Float64Array, one: number, other: number, cosine: number, sine: number): void => {
  const first = row[one]!;
  const second = row[other]!;
  row[one] = cosine * first - sine * second;
  row[other] = sine * first + cosine * second;
};

const rotateRows = (one: Float64Array, other: Float64Array, cosine: number, sine: number): void => {
  for (let at = 0; at < one.length; at++) {
    const first = one[at]!;
    const second = other[at]!;
    one[at] = cosine * first - sine * second;
    other[at] = sine * first + cosine * second;
  }
};

/**
 * The largest eigenvalues of a symmetric positive semi-definite matrix with their eigenvectors, by subspace iteration with a
 * Rayleigh-Ritz step (Halko, Martinsson & Tropp 2011, § 4.5). The start is seeded: same matrix, same bits.
 * @param matrix size × size, row by row
 * @param count how many, 1..size
 */
export const topEigen = async (matrix: Float32Array, size: number, count: number, seed: number): Promise<Eigenpairs> => {
  const iterated = Math.min(size, count + OVERSAMPLED);
  const random = seededRandom(seed);
  let basis: readonly Float64Array[] = Array.from({ length: iterated }, () =>
    Float64Array.from({ length: size }, () => 2 * random() - 1),
  );
  const whole = { rows: size, columns: size, values: matrix };
  // Rows of `stacked` are the basis' vectors; the matrix is symmetric, so multiplying from the right is multiplying from the left.
  const apply = async (vectors: readonly Float64Array[]): Promise<readonly Float64Array[]> => {
    const stacked = new Float32Array(iterated * size);
    vectors.forEach((vector, at) => stacked.set(vector, at * size));
    const { values } = await multiply({ rows: iterated, columns: size, values: stacked }, whole);
    return vectors.map((_, at) => Float64Array.from(values.subarray(at * size, (at + 1) * size)));
  };
  orthonormalize(basis);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    basis = await apply(basis);
    orthonormalize(basis);
  }
  return rayleighRitz(basis, await apply(basis), count);
};

/** The best eigenpairs within the span of an orthonormal basis, given what the matrix makes of it. */
export const rayleighRitz = (basis: readonly Float64Array[], applied: readonly Float64Array[], count: number): Eigenpairs => {
  const size = basis.length;
  const projected = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let product = 0;
      for (let at = 0; at < basis[row]!.length; at++) product += basis[row]![at]! * applied[column]![at]!;
      projected[row * size + column] = product;
      projected[column * size + row] = product;
    }
  const { values, vectors } = jacobiEigen(projected, size);
  const length = basis[0]?.length ?? 0;
  return {
    values: values.subarray(0, count),
    vectors: vectors.slice(0, count).map((weights) => {
      const vector = new Float64Array(length);
      basis.forEach((along, at) => {
        const weight = weights[at]!;
        for (let index = 0; index < length; index++) vector[index]! += weight * along[index]!;
      });
      return vector;
    }),
  };
};
