import type { Random } from '../../model/random.ts';

/** One of the values, each as likely. */
export const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

/** A whole number of `from..to`, both included. */
export const between = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

export const chance = (random: Random, share: number): boolean => random() < share;

/** One of the values by its weight; weights need not add up to 1. */
export const pickWeighted = <T>(random: Random, weighted: readonly (readonly [T, number])[]): T => {
  let left = random() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) {
    left -= weight;
    if (left < 0) return value;
  }
  return weighted.at(-1)![0];
};

/** Some of the values, in their order, none twice; all where there are no more. */
export const pickSeveral = <T>(random: Random, values: readonly T[], count: number): readonly T[] => {
  const left = [...values.keys()];
  const chosen = Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0]!,
  );
  return chosen.map((at) => values[at]!);
};

/** A whole number of events where `mean` are expected (Knuth 1969, the art of computer programming, volume 2, section 3.4.1). */
export const poisson = (random: Random, mean: number): number => {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
};

/** Log-normal with the given median; a spread of 0.6 puts two thirds between half and almost twice of it. */
export const logNormal = (random: Random, median: number, spread: number): number =>
  median * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
