/** Below this error probability a difference counts as proven. */
export const SIGNIFICANCE_LEVEL = 0.05;

/**
 * Exact one-sided sign test on paired outcomes; on the discordant pairs of two classifiers it is McNemar's exact test.
 * Under the null hypothesis, wins and losses are equally likely and ties say nothing.
 * @param wins pairs that only the challenger got right, an integer ≥ 0
 * @param losses pairs that only the champion got right, an integer ≥ 0
 * @returns p-value 0..1: the probability of at least so many wins if neither were better; 1 without discordant pairs
 * @throws RangeError if a count is negative or no integer
 * @see Q. McNemar, Psychometrika 12 (1947) 153–157; T. Dietterich, Neural Computation 10 (1998) 1895–1923
 */
export const signTest = (wins: number, losses: number): number => binomialUpperTail(wins, wins + losses, 0.5);

/**
 * P(X ≥ k) for X ~ Binomial(n, p), exact up to rounding for n up to 1e5 and beyond (relative error around 1e-10).
 * @param k 0..n, an integer
 * @param n trials, an integer ≥ 0
 * @param p probability of success, 0..1
 * @returns 0..1
 * @throws RangeError if an argument is out of its range
 */
export const binomialUpperTail = (k: number, n: number, p: number): number => Math.exp(logBinomialUpperTail(k, n, p));

/**
 * Natural logarithm of `binomialUpperTail`, also where the probability itself is too small for a number.
 *
 * Terms are summed from the one at k outwards, away from the mode, relative to that term: they only shrink, so nothing overflows,
 * and the sum ends where terms no longer count. On the mode's far side the lower tail is summed and its complement taken, which is
 * at least about a quarter there and so loses no digits.
 */
export function logBinomialUpperTail(k: number, n: number, p: number): number {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`n must be an integer of at least 0, not ${n}.`);
  if (!Number.isInteger(k) || k < 0 || k > n) throw new RangeError(`k must be an integer from 0 to ${n}, not ${k}.`);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must be from 0 to 1, not ${p}.`);
  if (k === 0 || p === 1) return 0;
  if (p === 0) return -Infinity;
  const odds = p / (1 - p);
  if (k > n * p) {
    const up = sumOfShrinkingTerms((i) => ((n - k - i) / (k + i + 1)) * odds, n - k);
    return Math.min(0, logBinomialTerm(k, n, p) + Math.log(up));
  }
  const last = k - 1;
  const down = sumOfShrinkingTerms((i) => (last - i) / (n - last + i + 1) / odds, last);
  return Math.log1p(-Math.exp(Math.min(0, logBinomialTerm(last, n, p) + Math.log(down))));
}

/** 1 + r(0) + r(0)·r(1) + …, of at most `count` further terms. */
function sumOfShrinkingTerms(ratio: (i: number) => number, count: number): number {
  let sum = 1;
  let term = 1;
  for (let i = 0; i < count; i += 1) {
    term *= ratio(i);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/**
 * ln P(X = k) by Loader's saddle-point expansion: differences of large logarithms never appear, so no digits are lost for large n.
 * @see C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000)
 */
function logBinomialTerm(k: number, n: number, p: number): number {
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  const deviance = devianceTerm(k, n * p) + devianceTerm(n - k, n * (1 - p));
  const correction = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  return correction - deviance + 0.5 * (Math.log(n) - Math.log(2 * Math.PI) - Math.log(k) - Math.log(n - k));
}

/** ln n! minus Stirling's approximation of it, n ≥ 1. */
function stirlingError(n: number): number {
  if (n <= 15) {
    let factorial = 1;
    for (let i = 2; i <= n; i += 1) factorial *= i;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x·ln(x/mean) + mean − x, by its series where x is close to the mean. */
function devianceTerm(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * (Math.log(x) - Math.log(mean)) + mean - x;
  const v = (x - mean) / (x + mean);
  let sum = (x - mean) * v;
  let power = 2 * x * v;
  for (let j = 1; j < 1000; j += 1) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
