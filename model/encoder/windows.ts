/**
 * Windows read of one text, at most. A longer text is read in as many, spread evenly from its first token to its last: 2,048 tokens
 * of the default encoder, about 1,500 words.
 */
export const MOST_WINDOWS = 32;
/** Windows of a text beyond the limit are of half its length: what a ticket is about fills more of one of them. */
const WINDOWS_IN_LIMIT = 2;
/** A window that counts for less than this share of the one that counts most has no say in maxima. */
const LEAST_SHARE = 0.1;

/**
 * Cuts a text's tokens into windows: one, where they are within the limit; else as few of half that length as hold them, of one
 * length, give or take a token; MOST_WINDOWS full ones with gaps between them where it is longer than those.
 * @param most tokens of a text that is not cut, 1 and more
 * @returns none for no tokens
 */
export const cutWindows = (tokens: Int32Array, most: number): readonly Int32Array[] => {
  if (tokens.length <= most) return tokens.length === 0 ? [] : [tokens];
  const limit = Math.ceil(most / WINDOWS_IN_LIMIT);
  const needed = Math.ceil(tokens.length / limit);
  if (needed <= MOST_WINDOWS)
    return Array.from({ length: needed }, (_, at) =>
      tokens.subarray(Math.round((at * tokens.length) / needed), Math.round(((at + 1) * tokens.length) / needed)),
    );
  const step = (tokens.length - limit) / (MOST_WINDOWS - 1);
  return Array.from({ length: MOST_WINDOWS }, (_, at) => tokens.subarray(Math.round(at * step), Math.round(at * step) + limit));
};

/** Columns of rows that are pooled alike; a unit mean is a mean brought to length 1. */
export interface PooledColumns {
  readonly pooling: 'mean' | 'unit mean' | 'maximum';
  readonly size: number;
}

/**
 * Pools the rows of each text's windows into one: weighted means, or maxima of the windows that count. The row of an only window stays
 * as it is, and a text without windows has zeros.
 * @param rows windows × the sum of the columns' sizes
 * @param windows of each row: which text it is of, ascending, and how much it counts
 * @returns textCount × the sum of the sizes
 */
export const joinWindows = (
  rows: Float32Array,
  windows: readonly { readonly text: number; readonly weight: number }[],
  textCount: number,
  columns: readonly PooledColumns[],
): Float32Array => {
  if (windows.length === textCount && windows.every(({ text }, at) => text === at)) return rows;
  const size = columns.reduce((sum, column) => sum + column.size, 0);
  const joined = new Float32Array(textCount * size);
  for (let first = 0; first < windows.length;) {
    const { text } = windows[first]!;
    let end = first + 1;
    while (windows[end]?.text === text) end++;
    const own = rows.subarray(first * size, end * size);
    const weights = windows.slice(first, end).map(({ weight }) => weight);
    joined.set(end === first + 1 ? own : poolRows(own, weights, columns, size), text * size);
    first = end;
  }
  return joined;
};

const poolRows = (
  rows: Float32Array,
  weights: readonly number[],
  columns: readonly PooledColumns[],
  size: number,
): Float32Array => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const least = LEAST_SHARE * Math.max(...weights);
  const pooled = new Float32Array(size);
  let offset = 0;
  for (const { pooling, size: width } of columns) {
    const part = pooled.subarray(offset, offset + width);
    for (let at = 0; at < width; at++)
      part[at] =
        pooling === 'maximum'
          ? weights.reduce(
              (largest, weight, row) => (weight < least ? largest : Math.max(largest, rows[row * size + offset + at]!)),
              -Infinity,
            )
          : weights.reduce((sum, weight, row) => sum + weight * rows[row * size + offset + at]!, 0) / total;
    const length = pooling === 'unit mean' ? Math.hypot(...part) : 1;
    if (length > 0) for (let at = 0; at < width; at++) part[at]! /= length;
    offset += width;
  }
  return pooled;
};
