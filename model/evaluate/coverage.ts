import { isRight } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** What is automated where everything below a threshold is left to a person. */
export interface Coverage {
  /** Automate at or above this probability; 1 where no threshold reaches the target. */
  readonly threshold: number;
  /** Share that is automated, 0..1. */
  readonly coverage: number;
  /** Accuracy of what is automated, 0..1; 0 where nothing is. */
  readonly accuracy: number;
}

/** A point of the risk-coverage curve. */
export interface RiskAtCoverage {
  /** Automate at or above this probability. */
  readonly threshold: number;
  /** Share that is automated, 0..1. */
  readonly coverage: number;
  /** Share of the automated that is wrong, 0..1. */
  readonly risk: number;
}

/** Outcomes of one probability: no threshold parts them. */
interface Tie {
  readonly probability: number;
  count: number;
  wrong: number;
}

/** By falling probability. */
const tiesOf = (outcomes: readonly Outcome[]): readonly Tie[] => {
  const ties: Tie[] = [];
  for (const outcome of outcomes.toSorted((a, b) => b.probability - a.probability)) {
    let tie = ties.at(-1);
    if (tie?.probability !== outcome.probability) ties.push((tie = { probability: outcome.probability, count: 0, wrong: 0 }));
    tie.count++;
    tie.wrong += isRight(outcome) ? 0 : 1;
  }
  return ties;
};

/**
 * The risk of what is automated at every threshold that makes a difference (El-Yaniv and Wiener 2010).
 * @returns by rising coverage, the last point automates everything; empty for no outcomes
 */
export const riskCoverageCurve = (outcomes: readonly Outcome[]): readonly RiskAtCoverage[] => {
  let count = 0;
  let wrong = 0;
  return tiesOf(outcomes).map((tie) => {
    count += tie.count;
    wrong += tie.wrong;
    return { threshold: tie.probability, coverage: count / outcomes.length, risk: wrong / count };
  });
};

/**
 * Area under the risk-coverage curve: the mean over k = 1..n of the share of wrong ones among the k most probable outcomes
 * (Geifman et al. 2019, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers"), 0..1, lower is better; 0 for no
 * outcomes. Outcomes of equal probability count as the mean over their orders, so that the order given does not matter.
 */
export const aurcOf = (outcomes: readonly Outcome[]): number => {
  let count = 0;
  let wrong = 0;
  let sum = 0;
  for (const tie of tiesOf(outcomes)) {
    for (let within = 1; within <= tie.count; within++) sum += (wrong + (tie.wrong * within) / tie.count) / (count + within);
    count += tie.count;
    wrong += tie.wrong;
  }
  return count === 0 ? 0 : sum / count;
};

/** What is automated at a threshold that was chosen on other data, and how accurate that really is. */
export const coverageAtThreshold = (outcomes: readonly Outcome[], threshold: number): Coverage => {
  const automated = outcomes.filter(({ probability }) => probability >= threshold);
  const right = automated.filter(isRight).length;
  return {
    threshold,
    coverage: outcomes.length === 0 ? 0 : automated.length / outcomes.length,
    accuracy: automated.length === 0 ? 0 : right / automated.length,
  };
};

/**
 * The lowest threshold, so the largest coverage, at which what is automated reaches the target accuracy (selective
 * classification, Geifman and El-Yaniv 2017). Thresholds below the lowest probability seen are not considered, nor those that
 * leave fewer than `fewest` outcomes to judge by.
 */
export const coverageAtAccuracy = (outcomes: readonly Outcome[], targetAccuracy: number, fewest = 1): Coverage => {
  let best: Coverage = { threshold: 1, coverage: 0, accuracy: 0 };
  let count = 0;
  let wrong = 0;
  for (const tie of tiesOf(outcomes)) {
    count += tie.count;
    wrong += tie.wrong;
    const accuracy = (count - wrong) / count;
    if (count >= fewest && accuracy >= targetAccuracy)
      best = { threshold: tie.probability, coverage: count / outcomes.length, accuracy };
  }
  return best;
};
