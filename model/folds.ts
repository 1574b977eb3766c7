import { seededRandom, shuffleInPlace } from './random.ts';

/**
 * Deals the members of each class, shuffled by the seed, over the folds in turn: every fold has about the same share of each class,
 * and a class of two or more is never in one fold only.
 * @param classes class of each position, 0..classCount-1
 * @param foldCount 2 or more
 * @returns fold of each position, 0..foldCount-1
 */
export const stratifiedFolds = (classes: Int32Array, classCount: number, foldCount: number, seed: number): Int32Array => {
  const members = Array.from({ length: classCount }, (): number[] => []);
  classes.forEach((label, position) => members[label]!.push(position));
  const random = seededRandom(seed);
  const folds = new Int32Array(classes.length);
  let dealt = 0;
  for (const positions of members)
    for (const position of shuffleInPlace(Int32Array.from(positions), random)) folds[position] = dealt++ % foldCount;
  return folds;
};
