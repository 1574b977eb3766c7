/** The exponent e of cost ~ size^e, by least squares on logarithms; 1 is linear, below it a constant cost shows. */
export const exponentOf = (points: readonly { readonly size: number; readonly cost: number }[]): number => {
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ cost }) => Math.log(cost));
  const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / ys.length;
  const covariance = xs.reduce((sum, x, at) => sum + (x - meanX) * (ys[at]! - meanY), 0);
  return Number((covariance / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0)).toFixed(3));
};

/** What n log n would give as an exponent over the same sizes. */
export const linearithmicExponent = (sizes: readonly number[]): number =>
  exponentOf(sizes.map((size) => ({ size, cost: size * Math.log(size) })));
