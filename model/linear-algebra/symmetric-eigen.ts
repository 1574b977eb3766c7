import { seededRandom } from '../random.ts';
import { multiply } from './multiply.ts';
import { dotOf, lengthOf, orthonormalize } from './orthonormalize.ts';

/** Steps for one eigenvalue; two are usual. */
const MOST_ITERATIONS = 50;
/** Vectors iterated beside those asked for: the last ones converge slowly. */
const OVERSAMPLED = 16;
const ITERATIONS = 12;
/** Where more than one in so many is iterated, finding all of them exactly is faster. */
const EXACT_FROM = 3;

export interface Eigenpairs {
  /** From the largest down. */
  readonly values: Float64Array;
  /** One unit vector a value, in their order. */
  readonly vectors: readonly Float64Array[];
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: brought to three diagonals by Householder reflections, then to one by the
 * implicitly shifted QL method (Golub & Van Loan 2013, §§ 8.3.1 and 8.3.5; Press et al. 2007, § 11.4, whose order of steps this is).
 * @param matrix size × size, row by row; not changed
 */
export const symmetricEigen = (matrix: ArrayLike<number>, size: number): Eigenpairs => {
  const { diagonal, beside, vectors } = threeDiagonals(matrix, size);
  for (let first = 0; first < size; first++)
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      let last = first;
      while (
        last < size - 1 &&
        Math.abs(beside[last]!) > Number.EPSILON * (Math.abs(diagonal[last]!) + Math.abs(diagonal[last + 1]!))
      )
        last++;
      if (last === first) break;
      stepQl(diagonal, beside, vectors, first, last);
    }
  const order = Array.from({ length: size }, (_, at) => at).sort((a, b) => diagonal[b]! - diagonal[a]! || a - b);
  return { values: Float64Array.from(order, (at) => diagonal[at]!), vectors: order.map((at) => vectors[at]!) };
};

interface ThreeDiagonals {
  readonly diagonal: Float64Array;
  /** What stands beside the diagonal; the last value is 0. */
  readonly beside: Float64Array;
  /** Columns of the orthogonal matrix that turns the given one into the three diagonals. */
  readonly vectors: readonly Float64Array[];
}

const threeDiagonals = (matrix: ArrayLike<number>, size: number): ThreeDiagonals => {
  const rows = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (__, column) => matrix[row * size + column]!),
  );
  const beside = new Float64Array(size);
  const reflections: Float64Array[] = [];
  for (let step = 0; step + 1 < size; step++) {
    const normal = rows[step]!.slice();
    normal.fill(0, 0, step + 1);
    const length = lengthOf(normal);
    beside[step] = normal[step + 1]! > 0 ? -length : length;
    normal[step + 1]! -= beside[step]!;
    const own = lengthOf(normal);
    if (own > 0) for (let at = step + 1; at < size; at++) normal[at]! *= Math.SQRT2 / own;
    reflections.push(normal);
    const along = new Float64Array(size);
    for (let row = step + 1; row < size; row++) along[row] = dotOf(rows[row]!, normal);
    const half = dotOf(along, normal) / 2;
    for (let at = step + 1; at < size; at++) along[at]! -= half * normal[at]!;
    for (let row = step + 1; row < size; row++) {
      const [values, a, b] = [rows[row]!, normal[row]!, along[row]!];
      for (let at = step + 1; at < size; at++) values[at]! -= a * along[at]! + b * normal[at]!;
    }
  }
  const vectors = rows.map((_, at) => {
    const vector = new Float64Array(size);
    vector[at] = 1;
    for (let step = at - 1; step >= 0; step--) {
      const normal = reflections[step]!;
      const share = dotOf(vector, normal);
      for (let index = step + 1; index < size; index++) vector[index]! -= share * normal[index]!;
    }
    return vector;
  });
  return { diagonal: Float64Array.from(rows, (row, at) => row[at]!), beside, vectors };
};

/** One step on the rows from `first` to `last`, which nothing couples with the others. */
const stepQl = (
  diagonal: Float64Array,
  beside: Float64Array,
  vectors: readonly Float64Array[],
  first: number,
  last: number,
): void => {
  const slope = (diagonal[first + 1]! - diagonal[first]!) / (2 * beside[first]!);
  const root = Math.sqrt(slope * slope + 1);
  let left = diagonal[last]! - diagonal[first]! + beside[first]! / (slope + (slope >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let moved = 0;
  for (let at = last - 1; at >= first; at--) {
    const out = sine * beside[at]!;
    const stays = cosine * beside[at]!;
    const length = Math.sqrt(out * out + left * left);
    beside[at + 1] = length;
    if (length === 0) {
      diagonal[at + 1]! -= moved;
      beside[last] = 0;
      return;
    }
    sine = out / length;
    cosine = left / length;
    const before = diagonal[at + 1]! - moved;
    const turned = (diagonal[at]! - before) * sine + 2 * cosine * stays;
    moved = sine * turned;
    diagonal[at + 1] = before + moved;
    left = cosine * turned - stays;
    rotate(vectors[at]!, vectors[at + 1]!, cosine, sine);
  }
  diagonal[first]! -= moved;
  beside[first] = left;
  beside[last] = 0;
};

const rotate = (one: Float64Array, other: Float64Array, cosine: number, sine: number): void => {
  for (let at = 0; at < one.length; at++) {
    const first = one[at]!;
    const second = other[at]!;
    one[at] = cosine * first - sine * second;
    other[at] = sine * first + cosine * second;
  }
};

/**
 * The largest eigenvalues of a symmetric positive semi-definite matrix with their eigenvectors; where they are few, by subspace
 * iteration with a Rayleigh-Ritz step (Halko, Martinsson & Tropp 2011, § 4.5). The start is seeded: same matrix, same bits.
 * @param matrix size × size, row by row
 * @param count how many, 1..size
 */
export const topEigen = async (matrix: Float32Array, size: number, count: number, seed: number): Promise<Eigenpairs> => {
  const iterated = Math.min(size, count + OVERSAMPLED);
  if (iterated * EXACT_FROM > size) {
    const { values, vectors } = symmetricEigen(matrix, size);
    return { values: values.slice(0, count), vectors: vectors.slice(0, count) };
  }
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
const rayleighRitz = (basis: readonly Float64Array[], applied: readonly Float64Array[], count: number): Eigenpairs => {
  const size = basis.length;
  const projected = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      const product = dotOf(basis[row]!, applied[column]!);
      projected[row * size + column] = product;
      projected[column * size + row] = product;
    }
  const { values, vectors } = symmetricEigen(projected, size);
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
