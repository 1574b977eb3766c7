/**
 * What each topic is recognised by in a later map: the mean of its tickets' embeddings by the encoder alone, less the mean of all,
 * of unit length. The space that tickets are clustered in is learned anew with every version; the encoder stays.
 * @param embedding n × dimension, by the encoder
 * @param groups of each text, 0..groupCount-1, or -1 for none
 * @returns groupCount × the encoder's dimension
 */
export const recognitionMarks = (
  embedding: Float32Array,
  dimension: number,
  groups: Int32Array,
  groupCount: number,
): Float32Array => {
  const overall = new Float64Array(dimension);
  const sums = new Float64Array(groupCount * dimension);
  const sizes = new Float64Array(groupCount);
  groups.forEach((group, row) => {
    for (let at = 0; at < dimension; at++) {
      const value = embedding[row * dimension + at]!;
      overall[at]! += value / groups.length;
      if (group !== -1) sums[group * dimension + at]! += value;
    }
    if (group !== -1) sizes[group]!++;
  });
  const marks = new Float32Array(groupCount * dimension);
  for (let group = 0; group < groupCount; group++) {
    const centred = overall.map((mean, at) => sums[group * dimension + at]! / Math.max(1, sizes[group]!) - mean);
    const length = Math.hypot(...centred) || 1;
    marks.set(
      centred.map((value) => value / length),
      group * dimension,
    );
  }
  return marks;
};
