/**
 * The one-to-one matching of rows and columns with the largest sum, by the Hungarian algorithm with potentials (Kuhn 1955, Munkres
 * 1957; shortest augmenting paths after Jonker & Volgenant 1987): O(rows² · columns).
 * @param gains rows × columns
 * @returns the column of each row, -1 where there are fewer columns than rows and the row got none
 */
export const bestMatching = (gains: Float64Array, rows: number, columns: number): Int32Array => {
  if (rows > columns) {
    const turned = Float64Array.from(gains, (_, at) => gains[(at % rows) * columns + Math.floor(at / rows)]!);
    const found = new Int32Array(rows).fill(-1);
    bestMatching(turned, columns, rows).forEach((row, column) => (found[row] = column));
    return found;
  }
  // Numbered from 1; 0 is the row that is being placed, or no row.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    let column = 0;
    const slack = new Float64Array(columns + 1).fill(Infinity);
    const used = new Uint8Array(columns + 1);
    do {
      used[column] = 1;
      const current = rowOf[column]!;
      let delta = Infinity;
      let next = 0;
      for (let other = 1; other <= columns; other++) {
        if (used[other] === 1) continue;
        const cost = -gains[(current - 1) * columns + other - 1]! - rowPotential[current]! - columnPotential[other]!;
        if (cost < slack[other]!) {
          slack[other] = cost;
          before[other] = column;
        }
        if (slack[other]! < delta) {
          delta = slack[other]!;
          next = other;
        }
      }
      for (let other = 0; other <= columns; other++)
        if (used[other] === 1) {
          rowPotential[rowOf[other]!]! += delta;
          columnPotential[other]! -= delta;
        } else slack[other]! -= delta;
      column = next;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = before[column]!) rowOf[column] = rowOf[before[column]!]!;
  }
  const found = new Int32Array(rows).fill(-1);
  for (let column = 1; column <= columns; column++) if (rowOf[column]! > 0) found[rowOf[column]! - 1] = column - 1;
  return found;
};
