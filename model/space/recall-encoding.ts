import type { Encode, Encoding } from '../encoder/encode-texts.ts';
import { hiddenSizeOf } from '../encoder/manifest.ts';
import type { Encoder } from '../encoder/open-encoder.ts';

/**
 * The same encoder, which does not encode again what it was given the encoding of.
 * @param texts as they were given to the encoder
 * @param known what it said of them
 */
export const recallEncoding = (encoder: Encoder, texts: readonly string[], known: Encoding): Encoder => {
  const rowOf = new Map(texts.map((text, row) => [text, row]));
  const sizes = { embedding: encoder.manifest.dimension, hidden: hiddenSizeOf(encoder.manifest) };
  const encode: Encode = async (asked, { onProgress, ...options } = {}) => {
    const fresh = asked.filter((text) => !rowOf.has(text));
    const recalled = asked.length - fresh.length;
    const encoding = await encoder.encode(fresh, {
      ...options,
      onProgress: (done) => onProgress?.(recalled + done, asked.length),
    });
    if (fresh.length === 0) onProgress?.(asked.length, asked.length);
    if (recalled === 0) return encoding;
    const join = (part: keyof Encoding): Float32Array => {
      const size = sizes[part];
      const rows = new Float32Array(asked.length * size);
      let next = 0;
      asked.forEach((text, at) => {
        const row = rowOf.get(text);
        const from = row === undefined ? encoding[part] : known[part];
        const first = (row ?? next++) * size;
        rows.set(from.subarray(first, first + size), at * size);
      });
      return rows;
    };
    return { embedding: join('embedding'), hidden: join('hidden') };
  };
  return { ...encoder, encode };
};
