/** The next number of a seeded sequence, in [0, 1). */
export type Random = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): small, and the same sequence on every platform. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Fisher-Yates, in place. */
export const shuffleInPlace = (values: Int32Array, random: Random): Int32Array => {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = values[last]!;
    values[last] = values[other]!;
    values[other] = kept;
  }
  return values;
};

/** `count` distinct positions of `0..size-1` (all of them where there are no more), ascending. */
export const samplePositions = (size: number, count: number, seed: number): Int32Array => {
  const positions = Int32Array.from({ length: size }, (_, index) => index);
  return count >= size ? positions : shuffleInPlace(positions, seededRandom(seed)).slice(0, count).sort();
};

/** MurmurHash3's 32-bit mixing over UTF-16 units; good avalanche, not for security. */
export const hashTerm = (term: string, seed: number): number => {
  let hash = seed >>> 0;
  for (let index = 0; index < term.length; index++) {
    let unit = Math.imul(term.charCodeAt(index), 0xcc9e2d51);
    unit = (unit << 15) | (unit >>> 17);
    hash ^= Math.imul(unit, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= term.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** By UTF-16 units: the same order on every machine, whatever its locale. */
export const byCodeUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
