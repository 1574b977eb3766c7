/**
 * The lower triangle L with L · Lᵀ = the matrix (Golub & Van Loan 2013, § 4.2).
 * @param matrix size × size, row by row, symmetric; only its lower triangle is read
 * @returns size × size, zeros above the diagonal
 * @throws RangeError where the matrix is not positive definite
 */
export const cholesky = (matrix: Float64Array, size: number): Float64Array => {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column]!;
      for (let at = 0; at < column; at++) rest -= lower[row * size + at]! * lower[column * size + at]!;
      if (row === column && !(rest > 0))
        throw new RangeError(`The ${size} × ${size} matrix is not positive definite (row ${row}): add to its diagonal.`);
      lower[row * size + column] = row === column ? Math.sqrt(rest) : rest / lower[column * size + column]!;
    }
  return lower;
};

/**
 * Solves L · X = B in place.
 * @param lower size × size, as `cholesky` gives it
 * @param right size × columns, row by row; becomes X
 */
export const solveLower = (lower: Float64Array, size: number, right: Float64Array, columns: number): void => {
  for (let row = 0; row < size; row++) {
    for (let above = 0; above < row; above++) subtractRow(right, columns, row, above, lower[row * size + above]!);
    divideRow(right, columns, row, lower[row * size + row]!);
  }
};

/** Solves Lᵀ · X = B in place; otherwise as `solveLower`. */
export const solveLowerTransposed = (lower: Float64Array, size: number, right: Float64Array, columns: number): void => {
  for (let row = size - 1; row >= 0; row--) {
    divideRow(right, columns, row, lower[row * size + row]!);
    for (let above = 0; above < row; above++) subtractRow(right, columns, above, row, lower[row * size + above]!);
  }
};

const subtractRow = (values: Float64Array, columns: number, from: number, other: number, factor: number): void => {
  const to = from * columns;
  const source = other * columns;
  for (let column = 0; column < columns; column++) values[to + column]! -= factor * values[source + column]!;
};

const divideRow = (values: Float64Array, columns: number, row: number, divisor: number): void => {
  for (let at = row * columns; at < (row + 1) * columns; at++) values[at]! /= divisor;
};
