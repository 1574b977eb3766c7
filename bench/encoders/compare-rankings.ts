import { openEncoder } from '../../model/encoder/open-encoder.ts';
import type { Encoder } from '../../model/encoder/open-encoder.ts';
import { nearestNeighbours } from '../../model/graph/nearest-neighbours.ts';

const NEAREST = 10;

export interface RankingAgreement {
  readonly texts: number;
  /** Mean and least cosine of a text's two embeddings. */
  readonly meanCosine: number;
  readonly leastCosine: number;
  /** Share of the ten nearest texts by one that are among the ten nearest by the other. */
  readonly sharedOfTenNearest: number;
  /** Share of the texts whose nearest text is the same. */
  readonly sameNearest: number;
}

/** How far two encoders agree on which texts are near to which. */
export const compareRankings = async (one: Encoder, otherFolder: string, texts: readonly string[]): Promise<RankingAgreement> => {
  const other = await openEncoder(otherFolder);
  const { dimension } = one.manifest;
  const [left, right] = [(await one.encode(texts)).embedding, (await other.encode(texts)).embedding];
  await other.release();
  const cosines = texts.map((_, row) => {
    let sum = 0;
    for (let at = row * dimension; at < (row + 1) * dimension; at++) sum += left[at]! * right[at]!;
    return sum;
  });
  const [byOne, byOther] = [
    await nearestNeighbours(left, dimension, NEAREST),
    await nearestNeighbours(right, dimension, NEAREST),
  ];
  let shared = 0;
  let same = 0;
  for (let row = 0; row < texts.length; row++) {
    const others = new Set(byOther.indices.subarray(row * NEAREST, (row + 1) * NEAREST));
    for (const near of byOne.indices.subarray(row * NEAREST, (row + 1) * NEAREST)) if (others.has(near)) shared++;
    if (byOne.indices[row * NEAREST] === byOther.indices[row * NEAREST]) same++;
  }
  const round = (value: number): number => Number(value.toFixed(4));
  return {
    texts: texts.length,
    meanCosine: round(cosines.reduce((sum, value) => sum + value, 0) / texts.length),
    leastCosine: round(Math.min(...cosines)),
    sharedOfTenNearest: round(shared / (NEAREST * texts.length)),
    sameNearest: round(same / texts.length),
  };
};
