import { stratifiedFolds } from '../folds.ts';

/**
 * Stratified folds that keep texts of one group together, so that no text is judged by a model that has seen its duplicate. A group
 * counts as of its first text's class.
 * @param classes class of each text, 0..classCount-1
 * @param groups group of each text, whole numbers
 * @returns fold of each text, 0..foldCount-1
 */
export const groupedFolds = (
  classes: Int32Array,
  classCount: number,
  groups: Int32Array,
  foldCount: number,
  seed: number,
): Int32Array => {
  const firstOf = new Map<number, number>();
  groups.forEach((group, at) => {
    if (!firstOf.has(group)) firstOf.set(group, at);
  });
  const groupFolds = stratifiedFolds(
    Int32Array.from(firstOf.values(), (at) => classes[at]!),
    classCount,
    foldCount,
    seed,
  );
  const foldOf = new Map([...firstOf.keys()].map((group, position) => [group, groupFolds[position]!]));
  return groups.map((group) => foldOf.get(group)!);
};
