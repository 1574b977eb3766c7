import { seededRandom, shuffleInPlace } from '../../model/random.ts';

/** Positions in a sample, ascending. */
export const drawWithout = (size: number, share: number, seed: number): Int32Array =>
  shuffleInPlace(
    Int32Array.from({ length: size }, (_, at) => at),
    seededRandom(seed),
  )
    .slice(0, Math.round(size * (1 - share)))
    .sort();

/** One clustering of a part of the texts. */
export interface PartialMap {
  /** Positions of its texts. */
  readonly positions: Int32Array;
  /** Cluster of each of them. */
  readonly ofText: Int32Array;
}

/** What two maps say of the texts that both of them have. */
export const onCommonTexts = (one: PartialMap, other: PartialMap): { readonly one: Int32Array; readonly other: Int32Array } => {
  const inOther = new Map(Array.from(other.positions, (position, at) => [position, other.ofText[at]!]));
  const common = Array.from(one.positions, (position, at) => [one.ofText[at]!, inOther.get(position)] as const).filter(
    (pair): pair is readonly [number, number] => pair[1] !== undefined,
  );
  return { one: Int32Array.from(common, ([own]) => own), other: Int32Array.from(common, ([, its]) => its) };
};
