import { isRight } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** How well one label is found. */
export interface LabelQuality {
  readonly label: number;
  /** Outcomes of which it is the right label. */
  readonly support: number;
  /** Share of its predictions that are right, 0..1; 0 where it is never predicted. */
  readonly precision: number;
  /** Share of its outcomes that are found, 0..1; 0 where it is never right. */
  readonly recall: number;
  /** 2 tp / (2 tp + fp + fn), 0..1. */
  readonly f1: number;
}

/** One label taken for another. */
export interface ConfusedPair {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  /** Share of the outcomes of `actual`, 0..1. */
  readonly share: number;
}

/** Share of outcomes that are right, 0..1; 0 for none. */
export const accuracyOf = (outcomes: readonly Outcome[]): number =>
  outcomes.length === 0 ? 0 : outcomes.filter(isRight).length / outcomes.length;

/**
 * Precision, recall and F1 of each label that occurs, as right or as predicted one (the labels, and the zeros for undefined
 * ratios, of scikit-learn's precision_recall_fscore_support with zero_division=0).
 * @returns by rising label; empty for no outcomes
 */
export const labelQualities = (outcomes: readonly Outcome[]): readonly LabelQuality[] => {
  const counts = new Map<number, { right: number; predicted: number; support: number }>();
  const countsOf = (label: number): { right: number; predicted: number; support: number } => {
    const found = counts.get(label) ?? { right: 0, predicted: 0, support: 0 };
    counts.set(label, found);
    return found;
  };
  for (const outcome of outcomes) {
    countsOf(outcome.label).predicted++;
    countsOf(outcome.actual).support++;
    if (isRight(outcome)) countsOf(outcome.label).right++;
  }
  return [...counts]
    .sort(([left], [right]) => left - right)
    .map(([label, { right, predicted, support }]) => ({
      label,
      support,
      precision: predicted === 0 ? 0 : right / predicted,
      recall: support === 0 ? 0 : right / support,
      f1: (2 * right) / (predicted + support),
    }));
};

/** Mean F1 of the labels that occur, as right or as predicted one (scikit-learn's f1_score, average="macro"), 0..1; 0 for no outcomes. */
export const macroF1Of = (outcomes: readonly Outcome[]): number => {
  const qualities = labelQualities(outcomes);
  return qualities.length === 0 ? 0 : qualities.reduce((sum, { f1 }) => sum + f1, 0) / qualities.length;
};

/**
 * The wrong cells of the confusion matrix that are not empty.
 * @returns the most frequent first, equal ones by right and predicted label
 */
export const confusedPairs = (outcomes: readonly Outcome[]): readonly ConfusedPair[] => {
  const support = new Map<number, number>();
  const cells = new Map<string, { readonly actual: number; readonly predicted: number; count: number }>();
  for (const outcome of outcomes) {
    const { actual, label: predicted } = outcome;
    support.set(actual, (support.get(actual) ?? 0) + 1);
    if (isRight(outcome)) continue;
    const key = `${actual} ${predicted}`;
    const cell = cells.get(key) ?? { actual, predicted, count: 0 };
    cell.count++;
    cells.set(key, cell);
  }
  return [...cells.values()]
    .sort((a, b) => b.count - a.count || a.actual - b.actual || a.predicted - b.predicted)
    .map((cell) => ({ ...cell, share: cell.count / support.get(cell.actual)! }));
};
