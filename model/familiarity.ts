/** What is usual of texts within scope, measured on unseen ones. */
export interface FamiliarityScale {
  readonly scoreMean: number;
  readonly scoreDeviation: number;
  readonly nearnessMean: number;
  readonly nearnessDeviation: number;
}

/** Rejecting may cost what is right beyond this share of all texts within scope, … */
const ENOUGH_RIGHT = 0.95;
/** … but at least and at most this share of them. */
const LEAST_LOST = 0.005;
const MOST_LOST = 0.015;

/**
 * How much a text looks like what the model was trained on: the largest score (Vaze et al. 2022: the maximum logit is a strong
 * detector) plus the cosine to the nearest class in the hidden layer of the network on the encoder's states, each in standard
 * deviations from what is usual within scope.
 */
export const familiarityOf = (scale: FamiliarityScale, largestScore: number, nearness: number): number =>
  (largestScore - scale.scoreMean) / scale.scoreDeviation + (nearness - scale.nearnessMean) / scale.nearnessDeviation;

export const fitFamiliarity = (largestScores: Float64Array, nearness: Float64Array): FamiliarityScale => {
  const [scoreMean, scoreDeviation] = meanAndDeviation(largestScores);
  const [nearnessMean, nearnessDeviation] = meanAndDeviation(nearness);
  return { scoreMean, scoreDeviation, nearnessMean, nearnessDeviation };
};

/**
 * The floor below which a text is rejected as unknown: as high as it can be while the share of texts within scope that are accepted
 * and right stays at 95 %; within half a point and one and a half points of what it is without rejection.
 * @param familiarity of unseen texts within scope
 * @param right whether the predicted label is theirs
 */
export const chooseFloor = (familiarity: Float64Array, right: readonly boolean[]): number => {
  const order = Array.from(familiarity.keys()).sort((a, b) => familiarity[a]! - familiarity[b]!);
  const total = order.length;
  let accepted = right.filter(Boolean).length;
  const without = accepted / total;
  const enough = (without - Math.min(MOST_LOST, Math.max(LEAST_LOST, without - ENOUGH_RIGHT))) * total;
  for (const position of order) {
    if (right[position]) accepted--;
    if (accepted < enough) return familiarity[position]!;
  }
  return Number.MAX_VALUE;
};

export const meanAndDeviation = (values: Float64Array): readonly [number, number] => {
  if (values.length === 0) return [0, 1];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.max(Math.sqrt(variance), 1e-6)];
};
