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
