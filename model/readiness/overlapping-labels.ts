import type { Outcome } from '../evaluate/outcome.ts';

/** Two labels that texts are often taken for each other of. */
export interface OverlappingLabels {
  readonly labels: readonly [number, number];
  /** Texts of either that were taken for the other. */
  readonly confused: number;
  /** … as a share of the texts of the smaller one and as many of the larger, 0..1. */
  readonly share: number;
}

const FEWEST_CONFUSED = 3;
const LEAST_SHARE = 0.1;

/**
 * Pairs of labels of which a tenth or more is confused.
 * @param outcomes of texts that the model had not seen
 * @returns most confused first
 */
export const overlappingLabels = (outcomes: readonly Outcome[], classCount: number): readonly OverlappingLabels[] => {
  const support = new Int32Array(classCount);
  const wrong = new Map<number, number>();
  for (const { label, actual } of outcomes) {
    support[actual]!++;
    const key = Math.min(label, actual) * classCount + Math.max(label, actual);
    if (label !== actual) wrong.set(key, (wrong.get(key) ?? 0) + 1);
  }
  return [...wrong]
    .map(([key, confused]): OverlappingLabels => {
      const labels = [Math.floor(key / classCount), key % classCount] as const;
      const smaller = Math.min(support[labels[0]]!, support[labels[1]]!);
      return { labels, confused, share: Math.min(1, confused / Math.max(1, 2 * smaller)) };
    })
    .filter(({ confused, share }) => confused >= FEWEST_CONFUSED && share >= LEAST_SHARE)
    .sort((a, b) => b.confused - a.confused || a.labels[0] - b.labels[0] || a.labels[1] - b.labels[1]);
};
