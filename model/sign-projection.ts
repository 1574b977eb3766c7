import { hashTerm } from './random.ts';
import type { SparseRows } from './sparse.ts';
import type { Embedder, Encoder } from './stages.ts';

/** Values of an embedding; a power of two in whole 32-bit hashes. */
const DIMENSION = 128;
const BITS = 32;

/**
 * Projects feature rows to 128 dimensions by random signs (Achlioptas 2003, "Database-friendly random projections"): the signs
 * of a feature are bits of hashes of (seed, term), so they depend on neither the vocabulary's order nor the other terms.
 * Cosines of rows are kept with a standard deviation of about 1/√128 = .09.
 *
 * `family` is kind, dimension and seed. `space` adds the encoder's fingerprint, because the weights of terms (idf) shape the values
 * too: equal space means equal text gives equal values.
 */
export const createSignProjection = (encoder: Encoder, seed: number): Embedder => {
  const signs = new Int8Array(encoder.width * DIMENSION);
  encoder.terms.forEach((term, feature) => {
    for (let block = 0; block < DIMENSION / BITS; block++) {
      const bits = hashTerm(term, seed + Math.imul(block + 1, 0x9e3779b1));
      for (let bit = 0; bit < BITS; bit++) signs[feature * DIMENSION + block * BITS + bit] = (bits >>> bit) & 1 ? 1 : -1;
    }
  });

  const embed = (rows: SparseRows): Float32Array => {
    const embeddings = new Float32Array(rows.count * DIMENSION);
    const sums = new Float64Array(DIMENSION);
    for (let row = 0; row < rows.count; row++) {
      sums.fill(0);
      for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
        const first = rows.indices[entry]! * DIMENSION;
        const value = rows.values[entry]!;
        for (let at = 0; at < DIMENSION; at++) sums[at]! += value * signs[first + at]!;
      }
      let squares = 0;
      for (const sum of sums) squares += sum * sum;
      if (squares === 0) continue;
      const length = Math.sqrt(squares);
      for (let at = 0; at < DIMENSION; at++) embeddings[row * DIMENSION + at] = sums[at]! / length;
    }
    return embeddings;
  };

  const family = `signs-${DIMENSION}-${encoder.name}-seed-${seed}`;
  return { dimension: DIMENSION, family, space: `${family}-${encoder.fingerprint}`, embed };
};
