export interface JoinedBlock {
  /** n × columns */
  readonly values: Float32Array;
  readonly columns: number;
  /** Length of the block's rows beside the other blocks'. */
  readonly length: number;
}

/**
 * Blocks side by side, each row of a block brought to the block's length and the joined row to length 1. A row of zeros stays one.
 * @returns count × the sum of the columns
 */
export const joinUnit = (
  count: number,
  blocks: readonly JoinedBlock[],
): { readonly rows: Float32Array; readonly dimension: number } => {
  const dimension = blocks.reduce((sum, { columns }) => sum + columns, 0);
  const rows = new Float32Array(count * dimension);
  let first = 0;
  for (const { values, columns, length } of blocks) {
    for (let row = 0; row < count; row++)
      for (let column = 0; column < columns; column++) rows[row * dimension + first + column] = values[row * columns + column]!;
    for (let row = 0; row < count; row++)
      scaleTo(rows.subarray(row * dimension + first, row * dimension + first + columns), length);
    first += columns;
  }
  for (let row = 0; row < count; row++) scaleTo(rows.subarray(row * dimension, (row + 1) * dimension), 1);
  return { rows, dimension };
};

const scaleTo = (vector: Float32Array, length: number): void => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return;
  const factor = length / Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at]! *= factor;
};
