import type { SparseRows } from '../sparse.ts';
import { leiden } from './leiden.ts';
import type { Communities } from './leiden.ts';

/** Runs spent on one number. */
const MOST_RUNS = 5;
/** A number within this of the one wanted, as a difference of logarithms, is good enough. */
const CLOSE = 0.1;

export interface ResolvedCommunities extends Communities {
  readonly resolution: number;
}

/**
 * Communities of about the numbers wanted, by a search for the resolution: the number grows with it. A number that the graph does
 * not have, such as fewer communities than it has components, is answered by the nearest that was found.
 * @param wanted numbers, each 1 and more
 */
export const communitiesOfNumbers = (
  graph: SparseRows,
  wanted: readonly number[],
  seed: number,
): readonly ResolvedCommunities[] => {
  const known: ResolvedCommunities[] = [];
  return wanted.map((number) => {
    const distance = (found: ResolvedCommunities): number => Math.abs(Math.log(found.count / number));
    const nearest = (): ResolvedCommunities => known.reduce((best, found) => (distance(found) < distance(best) ? found : best));
    for (let run = 0; run < MOST_RUNS && (known.length === 0 || distance(nearest()) > CLOSE); run++) {
      const resolution = known.length === 0 ? 1 : nextResolution(known, number);
      if (known.some((found) => found.resolution === resolution)) break;
      known.push({ resolution, ...leiden(graph, { resolution, seed }) });
    }
    return nearest();
  });
};

const nextResolution = (known: readonly ResolvedCommunities[], number: number): number => {
  const below = known.filter(({ count }) => count < number).reduce<ResolvedCommunities | undefined>(higher, undefined);
  const above = known.filter(({ count }) => count >= number).reduce<ResolvedCommunities | undefined>(lower, undefined);
  if (below !== undefined && above !== undefined) {
    const share = Math.log(number / below.count) / Math.log(above.count / below.count);
    // Kept off the ends, so that the interval shrinks from both sides.
    return below.resolution * (above.resolution / below.resolution) ** Math.min(0.85, Math.max(0.15, share));
  }
  const end = below ?? above!;
  return end.resolution * (number / end.count) ** 1.5;
};

const higher = (one: ResolvedCommunities | undefined, other: ResolvedCommunities): ResolvedCommunities =>
  one === undefined || other.resolution > one.resolution ? other : one;

const lower = (one: ResolvedCommunities | undefined, other: ResolvedCommunities): ResolvedCommunities =>
  one === undefined || other.resolution < one.resolution ? other : one;
