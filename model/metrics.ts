/** What a head predicted for one example, beside what was right. */
export interface Outcome {
  readonly label: number;
  /** Probability of `label`, 0..1. */
  readonly probability: number;
  readonly actual: number;
}

const CALIBRATION_BINS = 15;

/** Share of outcomes that are right, 0..1; 0 for none. */
export const accuracyOf = (outcomes: readonly Outcome[]): number =>
  outcomes.length === 0 ? 0 : outcomes.filter(({ label, actual }) => label === actual).length / outcomes.length;

/** Mean over the labels that occur (as actual or predicted) of F1 = 2 tp / (2 tp + fp + fn), 0..1; 0 for no outcomes. */
export const macroF1Of = (outcomes: readonly Outcome[]): number => {
  const labels = [...new Set(outcomes.flatMap(({ label, actual }) => [label, actual]))];
  const scores = labels.map((label) => {
    const right = outcomes.filter((outcome) => outcome.label === label && outcome.actual === label).length;
    const wrong = outcomes.filter((outcome) => (outcome.label === label) !== (outcome.actual === label)).length;
    return (2 * right) / (2 * right + wrong);
  });
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
};

/**
 * Expected calibration error: Σ share of bin × |accuracy - mean probability| over 15 bins of equal width (Naeini et al. 2015,
 * Guo et al. 2017), 0..1; 0 for no outcomes.
 */
export const expectedCalibrationError = (outcomes: readonly Outcome[]): number => {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ right: 0, probability: 0 }));
  for (const { label, actual, probability } of outcomes) {
    const bin = bins[Math.min(CALIBRATION_BINS - 1, Math.floor(probability * CALIBRATION_BINS))]!;
    bin.right += label === actual ? 1 : 0;
    bin.probability += probability;
  }
  const gaps = bins.reduce((sum, { right, probability }) => sum + Math.abs(right - probability), 0);
  return outcomes.length === 0 ? 0 : gaps / outcomes.length;
};

/**
 * Brier score of several classes: mean over the rows of Σ (probability - 1 if actual else 0)² (Brier 1950), 0..2.
 * @param probabilities rows × classCount
 */
export const brierScore = (probabilities: Float64Array, actual: ArrayLike<number>, classCount: number): number => {
  let sum = 0;
  for (let row = 0; row < actual.length; row++)
    for (let label = 0; label < classCount; label++)
      sum += (probabilities[row * classCount + label]! - (label === actual[row] ? 1 : 0)) ** 2;
  return actual.length === 0 ? 0 : sum / actual.length;
};

/** What is automated where everything below a threshold is left to a person. */
export interface Coverage {
  /** Automate at or above this probability; 1 where no threshold reaches the target. */
  readonly threshold: number;
  /** Share that is automated, 0..1. */
  readonly coverage: number;
  /** Accuracy of what is automated, 0..1; 0 where nothing is. */
  readonly accuracy: number;
}

/**
 * The lowest threshold, so the largest coverage, at which what is automated reaches the target accuracy (selective
 * classification, Geifman and El-Yaniv 2017). Thresholds below the lowest probability seen are not considered, nor those that
 * leave fewer than `fewest` outcomes to judge by.
 */
export const coverageAtAccuracy = (outcomes: readonly Outcome[], targetAccuracy: number, fewest = 1): Coverage => {
  const sorted = [...outcomes].sort((a, b) => b.probability - a.probability);
  let best: Coverage = { threshold: 1, coverage: 0, accuracy: 0 };
  let right = 0;
  sorted.forEach(({ label, actual, probability }, index) => {
    right += label === actual ? 1 : 0;
    const count = index + 1;
    if (sorted[count]?.probability === probability || count < fewest) return;
    if (right / count >= targetAccuracy)
      best = { threshold: probability, coverage: count / sorted.length, accuracy: right / count };
  });
  return best;
};

/** The value below which the share `quantile` (0..1) lies, by linear interpolation; 0 for no values. */
export const quantileOf = (values: ArrayLike<number>, quantile: number): number => {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return 0;
  const at = quantile * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
};
