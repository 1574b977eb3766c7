import { createHash } from 'node:crypto';

/** Texts of a chunk; after the fewest, one in MEAN ends it. What is lost when a training is stopped is at most one chunk. */
const FEWEST = 256;
const MOST = 2_048;
const MEAN = 512;

/** Texts that are encoded together and kept together. */
export interface Chunk {
  /** Where the texts stand among all. */
  readonly positions: Int32Array;
  /** SHA-256 over the texts, in their order. */
  readonly hash: string;
}

/**
 * Deals texts into chunks in the order of their times. Where one ends follows from the texts themselves, so that in a history that
 * has moved on (some old tickets left, some new ones came) most chunks are what they were.
 * @param times of each text, in milliseconds
 */
export const planChunks = (texts: readonly string[], times: ArrayLike<number>): readonly Chunk[] => {
  const order = Int32Array.from(texts.keys()).sort((left, right) => times[left]! - times[right]! || left - right);
  const chunks: Chunk[] = [];
  let start = 0;
  let whole = createHash('sha256');
  for (let at = 0; at < order.length; at++) {
    const own = createHash('sha256').update(texts[order[at]!]!).digest();
    whole.update(own);
    const size = at + 1 - start;
    const ends = size >= FEWEST && own.readUInt32LE() % MEAN === 0;
    if (!ends && size < MOST && at + 1 < order.length) continue;
    chunks.push({ positions: order.slice(start, at + 1), hash: whole.digest('hex') });
    start = at + 1;
    whole = createHash('sha256');
  }
  return chunks;
};
