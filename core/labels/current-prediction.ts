import type { FailedPrediction, HeadPrediction, RoutingPrediction, SimilarTicket } from '../contracts/scoring.ts';
import type { LabelMap } from './label-map.ts';

/** What a model said of one head, in labels of today. */
export type CurrentHead =
  | {
      readonly kind: 'current';
      readonly said: HeadPrediction;
      /** True where the label is one that the model did not know by this name. */
      readonly mapped: boolean;
    }
  /** The label that the model is surest of is retired, and has no successor. */
  | { readonly kind: 'retired' };

/**
 * Puts what a model said into labels of today. A model that was trained before a change names former labels: those that became one
 * are one, with the sum of their probabilities; retired ones are no alternatives.
 */
export const currentHead = (labels: LabelMap, head: string, said: HeadPrediction): CurrentHead => {
  const merged = new Map<string, number>();
  let changed = false;
  for (const { label, probability } of [said, ...said.alternatives]) {
    const today = labels.current(head, label);
    if (today !== label) changed = true;
    if (today !== undefined) merged.set(today, (merged.get(today) ?? 0) + probability);
  }
  if (!changed) return { kind: 'current', said, mapped: false };
  if (labels.current(head, said.label) === undefined) return { kind: 'retired' };
  const [[label, probability], ...alternatives] = [...merged].toSorted(([, left], [, right]) => right - left) as [
    [string, number],
    ...[string, number][],
  ];
  return {
    kind: 'current',
    mapped: label !== said.label,
    said: {
      ...said,
      label,
      // Sums of rounded probabilities may come out above one.
      probability: Math.min(1, probability),
      alternatives: alternatives.map(([name, share]) => ({ label: name, probability: Math.min(1, share) })),
    },
  };
};

export const currentSimilar = (labels: LabelMap, similar: readonly SimilarTicket[]): SimilarTicket[] =>
  similar.map((ticket) => ({
    ...ticket,
    labels: Object.fromEntries(
      Object.entries(ticket.labels).flatMap(([head, label]): [string, string][] => {
        const today = labels.current(head, label);
        return today === undefined ? [] : [[head, today]];
      }),
    ),
  }));

/** Predictions of a whole batch in labels of today; a head whose label is retired without a successor is left out. */
export const currentPredictions = (
  labels: LabelMap,
  predictions: ReadonlyMap<string, RoutingPrediction | FailedPrediction>,
): ReadonlyMap<string, RoutingPrediction | FailedPrediction> =>
  new Map(
    Array.from(predictions, ([id, prediction]): [string, RoutingPrediction | FailedPrediction] => {
      if ('error' in prediction) return [id, prediction];
      const heads = Object.entries(prediction.heads).flatMap(([head, said]): [string, HeadPrediction][] => {
        const current = currentHead(labels, head, said);
        return current.kind === 'retired' ? [] : [[head, current.said]];
      });
      return [id, { ...prediction, heads: Object.fromEntries(heads) }];
    }),
  );
