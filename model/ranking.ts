/** The class of the largest of `count` values from `first` on; the lowest such class where several are equal. */
export const mostLikely = (values: Float64Array | Float32Array, first: number, count: number): number => {
  let best = 0;
  for (let label = 1; label < count; label++) if (values[first + label]! > values[first + best]!) best = label;
  return best;
};

/** Classes by falling value, the lower class first where values are equal. */
export const rankClasses = (values: Float64Array | Float32Array, first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, label) => label).sort((a, b) => values[first + b]! - values[first + a]! || a - b);
