import { quantileOf } from '../quantile.ts';
import { seededRandom } from '../random.ts';
import { isRight } from './outcome.ts';
import type { Outcome } from './outcome.ts';

export const CALIBRATION_BINS = 15;
const SIMULATIONS = 1_000;
/** The middle 95 %. */
const BAND = [0.025, 0.975] as const;

/** The outcomes whose probability lies in `from` (inclusive) to `to` (exclusive, but 1 belongs to the last bin). */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** 0..1; 0 for an empty bin. */
  readonly meanProbability: number;
  /** 0..1; 0 for an empty bin. */
  readonly accuracy: number;
}

/** @returns the bin of a probability, 0..CALIBRATION_BINS-1 */
const binOf = (probability: number): number => Math.min(CALIBRATION_BINS - 1, Math.floor(probability * CALIBRATION_BINS));

/** Accuracy against probability in 15 bins of equal width, empty ones included: the reliability diagram. */
export const reliabilityBins = (outcomes: readonly Outcome[]): readonly ReliabilityBin[] => {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ right: 0, probability: 0, count: 0 }));
  for (const outcome of outcomes) {
    const bin = bins[binOf(outcome.probability)]!;
    bin.right += isRight(outcome) ? 1 : 0;
    bin.probability += outcome.probability;
    bin.count++;
  }
  return bins.map(({ right, probability, count }, index) => ({
    from: index / CALIBRATION_BINS,
    to: (index + 1) / CALIBRATION_BINS,
    count,
    meanProbability: count === 0 ? 0 : probability / count,
    accuracy: count === 0 ? 0 : right / count,
  }));
};

/**
 * Expected calibration error: Σ share of bin × |accuracy - mean probability| over 15 bins of equal width (Naeini et al. 2015,
 * Guo et al. 2017), 0..1; 0 for no outcomes.
 */
export const expectedCalibrationError = (outcomes: readonly Outcome[]): number =>
  outcomes.length === 0
    ? 0
    : reliabilityBins(outcomes).reduce(
        (sum, { count, accuracy, meanProbability }) => sum + count * Math.abs(accuracy - meanProbability),
        0,
      ) / outcomes.length;

/** What the calibration error of a perfectly calibrated model would be, by chance alone. */
export interface CalibratedBand {
  readonly median: number;
  /** 2.5 % of calibrated models lie below. */
  readonly low: number;
  /** 2.5 % of calibrated models lie above. */
  readonly high: number;
}

/**
 * The expected calibration error that 15 bins give a perfectly calibrated model of the same probabilities at this n: the error is
 * above 0 even then, the more the fewer the outcomes (Kumar et al. 2019, "Verified Uncertainty Calibration"). By simulation: each
 * outcome is right with just its probability, 1,000 times over.
 * @param probabilities n values, 0..1; their order does not matter
 * @param seed 0..2³²-1
 * @returns zeros for no probabilities
 */
export const eceIfCalibrated = (probabilities: ArrayLike<number>, seed: number): CalibratedBand => {
  const sorted = Float64Array.from(probabilities).sort();
  const bins = Int32Array.from(sorted, binOf);
  const expected = new Float64Array(CALIBRATION_BINS);
  sorted.forEach((probability, row) => (expected[bins[row]!]! += probability));
  const random = seededRandom(seed);
  const errors = new Float64Array(SIMULATIONS);
  for (let simulation = 0; simulation < SIMULATIONS && sorted.length > 0; simulation++) {
    const right = new Float64Array(CALIBRATION_BINS);
    for (let row = 0; row < sorted.length; row++) if (random() < sorted[row]!) right[bins[row]!]!++;
    errors[simulation] = right.reduce((sum, count, bin) => sum + Math.abs(count - expected[bin]!), 0) / sorted.length;
  }
  return { median: quantileOf(errors, 0.5), low: quantileOf(errors, BAND[0]), high: quantileOf(errors, BAND[1]) };
};

/**
 * Brier score of several classes: mean over the rows of Σ (probability - 1 if actual else 0)² (Brier 1950; scikit-learn's
 * brier_score_loss with scale_by_half=False), 0..2; 0 for no rows.
 * @param probabilities rows × classCount
 * @param actual right class of each row; one of classCount or above, which the model does not know, adds its whole 1
 */
export const brierScore = (probabilities: Float64Array, actual: ArrayLike<number>, classCount: number): number => {
  let sum = 0;
  for (let row = 0; row < actual.length; row++) {
    if (actual[row]! >= classCount) sum += 1;
    for (let label = 0; label < classCount; label++)
      sum += (probabilities[row * classCount + label]! - (label === actual[row] ? 1 : 0)) ** 2;
  }
  return actual.length === 0 ? 0 : sum / actual.length;
};
