/** The rows at the positions, in their order. */
export const gatherRows = (rows: Float32Array, positions: ArrayLike<number>, width: number): Float32Array => {
  const gathered = new Float32Array(positions.length * width);
  for (let row = 0; row < positions.length; row++)
    gathered.set(rows.subarray(positions[row]! * width, (positions[row]! + 1) * width), row * width);
  return gathered;
};
