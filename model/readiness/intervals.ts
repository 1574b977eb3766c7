import { accuracyOf } from '../evaluate/accuracy.ts';
import { coverageAtAccuracy } from '../evaluate/coverage.ts';
import { isRight } from '../evaluate/outcome.ts';
import type { Outcome } from '../evaluate/outcome.ts';
import { quantileOf } from '../quantile.ts';
import { seededRandom } from '../random.ts';

/** A value with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Normal quantile of a 95 % interval. */
const Z = 1.959964;
const RESAMPLES = 200;

/** Accuracy, 0..1, with Wilson's interval (Wilson 1927); outcomes count as independent of each other. */
export const accuracyEstimate = (outcomes: readonly Outcome[]): Estimate => {
  const count = outcomes.length;
  const value = accuracyOf(outcomes);
  if (count === 0) return { value, low: 0, high: 1 };
  const centre = (value + Z ** 2 / (2 * count)) / (1 + Z ** 2 / count);
  const half = (Z / (1 + Z ** 2 / count)) * Math.sqrt((value * (1 - value)) / count + Z ** 2 / (4 * count ** 2));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
};

/**
 * Share, 0..1, that can be automated at an accuracy, with a percentile bootstrap interval (Efron 1979). The threshold is taken from the
 * same outcomes, so this is a little optimistic where they are few.
 */
export const coverageEstimate = (
  outcomes: readonly Outcome[],
  targetAccuracy: number,
  fewest: number,
  seed: number,
): Estimate => {
  const { coverage } = coverageAtAccuracy(outcomes, targetAccuracy, fewest);
  // Sorted once, each resample is one pass over how often each outcome was drawn.
  const sorted = outcomes.toSorted((a, b) => b.probability - a.probability);
  const count = sorted.length;
  const random = seededRandom(seed);
  const drawn = new Int32Array(count);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    drawn.fill(0);
    for (let draw = 0; draw < count; draw++) drawn[Math.floor(random() * count)]!++;
    return coverageOfDrawn(sorted, drawn, targetAccuracy, fewest);
  });
  return { value: coverage, low: quantileOf(resampled, 0.025), high: quantileOf(resampled, 0.975) };
};

/** coverageAtAccuracy's coverage where outcome i, sorted by falling probability, occurs drawn[i] times. */
const coverageOfDrawn = (sorted: readonly Outcome[], drawn: Int32Array, targetAccuracy: number, fewest: number): number => {
  let best = 0;
  let automated = 0;
  let right = 0;
  for (let at = 0; at < sorted.length; at++) {
    const outcome = sorted[at]!;
    automated += drawn[at]!;
    if (isRight(outcome)) right += drawn[at]!;
    if (sorted[at + 1]?.probability !== outcome.probability && automated >= fewest && right >= targetAccuracy * automated)
      best = automated;
  }
  return sorted.length === 0 ? 0 : best / sorted.length;
};
