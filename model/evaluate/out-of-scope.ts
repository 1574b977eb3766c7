/** How familiar the model found texts of which it is known whether they belong to what it was trained for. */
export interface ScopeScores {
  /** Of the texts in scope; higher is more like the training texts. */
  readonly inScope: ArrayLike<number>;
  /** Whether the label of each text in scope is right. */
  readonly right: readonly boolean[];
  /** Of the texts out of scope. */
  readonly outOfScope: ArrayLike<number>;
}

/** What a floor of familiarity does; texts below it are rejected as out of scope. */
export interface ScopeAtFloor {
  readonly floor: number;
  /** Share of the texts in scope that are accepted and have the right label, 0..1: a rejection counts as an error. */
  readonly inScopeAccuracy: number;
  /** Share of the texts out of scope that are rejected, 0..1. */
  readonly recall: number;
}

/**
 * Area under the receiver operating characteristic: the probability that a positive scores above a negative, ties half (Mann and
 * Whitney 1947; scikit-learn's roc_auc_score), 0..1.
 * @returns undefined where there is no positive or no negative
 */
export const aurocOf = (positives: ArrayLike<number>, negatives: ArrayLike<number>): number | undefined => {
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const high = Float64Array.from(positives).sort();
  const low = Float64Array.from(negatives).sort();
  let below = 0;
  let notAbove = 0;
  let won = 0;
  for (const score of high) {
    while (below < low.length && low[below]! < score) below++;
    while (notAbove < low.length && low[notAbove]! <= score) notAbove++;
    won += below + (notAbove - below) / 2;
  }
  return won / (high.length * low.length);
};

/** In-scope accuracy and out-of-scope recall (Larson et al. 2019) at a floor that was chosen on other data; 0 where there are no such texts. */
export const scopeAtFloor = ({ inScope, right, outOfScope }: ScopeScores, floor: number): ScopeAtFloor => {
  const accepted = right.filter((isRight, row) => isRight && inScope[row]! >= floor).length;
  const rejected = Array.from(outOfScope).filter((familiarity) => familiarity < floor).length;
  return {
    floor,
    inScopeAccuracy: right.length === 0 ? 0 : accepted / right.length,
    recall: outOfScope.length === 0 ? 0 : rejected / outOfScope.length,
  };
};

/**
 * Recall against in-scope accuracy at every floor that makes a difference.
 * @returns by rising recall and falling in-scope accuracy, from rejecting nothing to rejecting everything
 */
export const scopeCurve = ({ inScope, right, outOfScope }: ScopeScores): readonly ScopeAtFloor[] => {
  // Only texts with the right label have accuracy to lose.
  const kept = Float64Array.from(right.flatMap((isRight, row) => (isRight ? [inScope[row]!] : []))).sort();
  const strange = Float64Array.from(outOfScope).sort();
  const floors = Float64Array.from(new Set([...kept, ...strange, Infinity])).sort();
  let lost = 0;
  let rejected = 0;
  return Array.from(floors, (floor) => {
    while (lost < kept.length && kept[lost]! < floor) lost++;
    while (rejected < strange.length && strange[rejected]! < floor) rejected++;
    return {
      floor,
      inScopeAccuracy: right.length === 0 ? 0 : (kept.length - lost) / right.length,
      recall: strange.length === 0 ? 0 : rejected / strange.length,
    };
  });
};

/** The largest recall at which the in-scope accuracy is still the target's, 0..1; undefined where no floor reaches the target. */
export const recallAtInScopeAccuracy = (curve: readonly ScopeAtFloor[], target: number): number | undefined =>
  curve.findLast(({ inScopeAccuracy }) => inScopeAccuracy >= target)?.recall;
