/** Rows of a sparse matrix (CSR): row r has the entries `offsets[r]` to `offsets[r + 1]` of `indices` and `values`. */
export interface SparseRows {
  readonly count: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** The chosen rows, in the order given. */
export const selectRows = (rows: SparseRows, chosen: ArrayLike<number>): SparseRows => {
  const offsets = new Int32Array(chosen.length + 1);
  for (let row = 0; row < chosen.length; row++) {
    const source = chosen[row]!;
    offsets[row + 1] = offsets[row]! + rows.offsets[source + 1]! - rows.offsets[source]!;
  }
  const indices = new Int32Array(offsets[chosen.length]!);
  const values = new Float32Array(indices.length);
  for (let row = 0; row < chosen.length; row++) {
    const source = chosen[row]!;
    indices.set(rows.indices.subarray(rows.offsets[source], rows.offsets[source + 1]), offsets[row]);
    values.set(rows.values.subarray(rows.offsets[source], rows.offsets[source + 1]), offsets[row]);
  }
  return { count: chosen.length, offsets, indices, values };
};

/**
 * The transpose. Indices ascend in each of its rows, whatever their order was.
 * @param width columns of the rows
 */
export const transposeRows = (rows: SparseRows, width: number): SparseRows => {
  const offsets = new Int32Array(width + 1);
  for (const index of rows.indices) offsets[index + 1]!++;
  for (let column = 0; column < width; column++) offsets[column + 1]! += offsets[column]!;
  const next = offsets.slice();
  const indices = new Int32Array(rows.indices.length);
  const values = new Float32Array(rows.indices.length);
  for (let row = 0; row < rows.count; row++)
    for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
      const at = next[rows.indices[entry]!]!++;
      indices[at] = row;
      values[at] = rows.values[entry]!;
    }
  return { count: width, offsets, indices, values };
};

/** @param rows values by column, in the order in which they shall stand */
export const sparseRowsOf = (rows: readonly ReadonlyMap<number, number>[]): SparseRows => {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, position) => (offsets[position + 1] = offsets[position]! + row.size));
  const indices = new Int32Array(offsets[rows.length]!);
  const values = new Float32Array(indices.length);
  let next = 0;
  for (const row of rows)
    for (const [column, value] of row) {
      indices[next] = column;
      values[next++] = value;
    }
  return { count: rows.length, offsets, indices, values };
};
