/** The value below which the share `quantile` (0..1) lies, by linear interpolation; 0 for no values. */
export const quantileOf = (values: ArrayLike<number>, quantile: number): number => {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return 0;
  const at = quantile * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
};
