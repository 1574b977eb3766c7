import { seededRandom, shuffleInPlace } from './random.ts';

/** Positions to learn from and positions to judge by. */
export interface Split {
  readonly fit: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Holds out a share of each class (rounded; never all of one), chosen by the seed.
 * @param classes class of each position
 */
export const stratifiedSplit = (classes: Int32Array, classCount: number, share: number, seed: number): Split => {
  const members = Array.from({ length: classCount }, (): number[] => []);
  classes.forEach((label, position) => members[label]!.push(position));
  const random = seededRandom(seed);
  const fit: number[] = [];
  const heldOut: number[] = [];
  for (const positions of members) {
    const shuffled = shuffleInPlace(Int32Array.from(positions), random);
    // Rounding by chance keeps the share right where classes are small.
    const exact = positions.length * share;
    const count = Math.min(positions.length - 1, Math.floor(exact) + (random() < exact % 1 ? 1 : 0));
    heldOut.push(...shuffled.subarray(0, count));
    fit.push(...shuffled.subarray(count));
  }
  return { fit: Int32Array.from(fit).sort(), heldOut: Int32Array.from(heldOut).sort() };
};
