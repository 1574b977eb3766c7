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
