import { multiply } from '../linear-algebra/multiply.ts';

/** Of the sizes in the price of a merge: 1 is Ward's, and leaves clusters of a size; 0 merges by the distance of the means alone. */
const SIZE_POWER = 0.75;

/**
 * Merges clusters until `number` are left, each time the two whose means lie nearest for their sizes: the square of the distance
 * times a power of half the sizes' harmonic mean (the criterion of Ward 1963 where the power is 1). The means' distances after a merge
 * follow by the formula of Lance & Williams 1967.
 * @param ofRow cluster of each row, 0..count-1, each with a row
 * @returns cluster of each row, 0..number-1
 */
export const mergeClusters = async (
  rows: Float32Array,
  dimension: number,
  { ofRow, count }: { readonly ofRow: Int32Array; readonly count: number },
  number: number,
): Promise<Int32Array> => {
  const sizes = new Float64Array(count);
  for (const cluster of ofRow) sizes[cluster]!++;
  const squares = await squaredDistances(rows, dimension, ofRow, sizes);
  const alive = Array.from(sizes.keys());
  const priceOf = (one: number, other: number): number =>
    squares[one * count + other]! * ((sizes[one]! * sizes[other]!) / (sizes[one]! + sizes[other]!)) ** SIZE_POWER;
  const into = Int32Array.from(sizes.keys());
  const cheapest = new Int32Array(count);
  const prices = new Float64Array(count);
  const look = (cluster: number): void => {
    prices[cluster] = Infinity;
    for (const other of alive) {
      if (other <= cluster) continue;
      const price = priceOf(cluster, other);
      if (price < prices[cluster]) [prices[cluster], cheapest[cluster]] = [price, other];
    }
  };
  alive.forEach(look);
  while (alive.length > Math.max(1, number)) {
    const left = alive.reduce((best, cluster) => (prices[cluster]! < prices[best]! ? cluster : best));
    const right = cheapest[left]!;
    const [a, b] = [sizes[left]!, sizes[right]!];
    const between = (a * b * squares[left * count + right]!) / (a + b) ** 2;
    for (const other of alive) {
      if (other === left || other === right) continue;
      const merged = (a * squares[left * count + other]! + b * squares[right * count + other]!) / (a + b) - between;
      squares[left * count + other] = merged;
      squares[other * count + left] = merged;
    }
    sizes[left] = a + b;
    into[right] = left;
    alive.splice(alive.indexOf(right), 1);
    for (const cluster of alive)
      if (
        cluster === left ||
        cheapest[cluster] === left ||
        cheapest[cluster] === right ||
        (cluster < left && priceOf(cluster, left) < prices[cluster]!)
      )
        look(cluster);
  }
  const numbers = new Map(alive.map((cluster, at) => [cluster, at]));
  const rootOf = (cluster: number): number => (into[cluster] === cluster ? cluster : rootOf(into[cluster]!));
  return ofRow.map((cluster) => numbers.get(rootOf(cluster))!);
};

/** Between the clusters' means: count × count. */
const squaredDistances = async (
  rows: Float32Array,
  dimension: number,
  ofRow: Int32Array,
  sizes: Float64Array,
): Promise<Float64Array> => {
  const count = sizes.length;
  const sums = new Float64Array(count * dimension);
  ofRow.forEach((cluster, row) => {
    for (let at = 0; at < dimension; at++) sums[cluster * dimension + at]! += rows[row * dimension + at]!;
  });
  const means = {
    rows: count,
    columns: dimension,
    values: Float32Array.from(sums, (sum, at) => sum / sizes[Math.floor(at / dimension)]!),
  };
  const { values } = await multiply(means, means, 'right');
  return Float64Array.from(values, (product, at) => {
    const [one, other] = [Math.floor(at / count), at % count];
    return Math.max(0, values[one * count + one]! + values[other * count + other]! - 2 * product);
  });
};
