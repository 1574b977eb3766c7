import { normaliseText, wordsOf } from '../grams.ts';
import type { SparseRows } from '../sparse.ts';

const MIN_TEXTS = 2;

/**
 * TF-IDF of words and pairs of neighbouring words that two or more texts have: (1 + ln tf) × (ln((1 + n) / (1 + df)) + 1), rows
 * L2-normalised. A row of a text without such words is empty.
 */
export const encodeWords = (texts: readonly string[]): { readonly rows: SparseRows; readonly width: number } => {
  const counted = texts.map((text) => {
    const counts = new Map<string, number>();
    let previous: string | undefined;
    for (const word of wordsOf(normaliseText(text))) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      if (previous !== undefined) counts.set(`${previous} ${word}`, (counts.get(`${previous} ${word}`) ?? 0) + 1);
      previous = word;
    }
    return counts;
  });
  const frequencies = new Map<string, number>();
  for (const counts of counted) for (const term of counts.keys()) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  const index = new Map<string, number>();
  for (const [term, frequency] of frequencies) if (frequency >= MIN_TEXTS) index.set(term, index.size);

  const offsets = new Int32Array(texts.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  counted.forEach((counts, row) => {
    const first = values.length;
    let squares = 0;
    for (const [term, count] of counts) {
      const feature = index.get(term);
      if (feature === undefined) continue;
      const value = (1 + Math.log(count)) * (Math.log((1 + texts.length) / (1 + frequencies.get(term)!)) + 1);
      indices.push(feature);
      values.push(value);
      squares += value * value;
    }
    for (let entry = first; entry < values.length; entry++) values[entry]! /= Math.sqrt(squares);
    offsets[row + 1] = values.length;
  });
  const rows = { count: texts.length, offsets, indices: Int32Array.from(indices), values: Float32Array.from(values) };
  return { rows, width: index.size };
};
