import { createHash } from 'node:crypto';
import { float32Bytes } from './bytes.ts';
import { hashTerm } from './random.ts';
import type { SparseRows } from './sparse.ts';
import type { Embedder, Encoder } from './stages.ts';

export const CENTRE = 'centre.f32';

/** Values of an embedding; whole 32-bit hashes of sign bits. */
const DIMENSION = 128;
const BITS = 32;

/**
 * Projects feature rows to 128 dimensions by random signs (Achlioptas 2003, "Database-friendly random projections"): the signs
 * of a feature are bits of hashes of (seed, term), so they depend on neither the vocabulary's order nor the other terms.
 * Cosines of rows are kept with a standard deviation of about 1/√128 = .09. The centre, the mean of the training texts, is
 * subtracted: greetings and the company's name are in every text and would make all texts alike.
 *
 * `family` is kind, dimension and seed. `space` adds a hash of the encoder's terms and weights (idf) and of the centre, which shape
 * the values too: in one space the same text has the same values.
 * @param centre DIMENSION values
 */
export const openSignProjection = (encoder: Encoder, seed: number, centre: Float32Array): Embedder => {
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
      if (rows.offsets[row] === rows.offsets[row + 1]) continue;
      sums.fill(0);
      for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry++) {
        const first = rows.indices[entry]! * DIMENSION;
        const value = rows.values[entry]!;
        for (let at = 0; at < DIMENSION; at++) sums[at]! += value * signs[first + at]!;
      }
      normalise(sums);
      for (let at = 0; at < DIMENSION; at++) sums[at]! -= centre[at]!;
      normalise(sums);
      embeddings.set(sums, row * DIMENSION);
    }
    return embeddings;
  };

  const family = `signs-${DIMENSION}-${encoder.name}-seed-${seed}`;
  const hash = createHash('sha256').update(encoder.fingerprint).update(float32Bytes(centre)).digest('hex').slice(0, 12);
  return {
    dimension: DIMENSION,
    family,
    space: `${family}-${hash}`,
    embed,
    files: () => new Map([[CENTRE, float32Bytes(centre)]]),
  };
};

/** @param rows of the training texts */
export const fitSignProjection = (encoder: Encoder, rows: SparseRows, seed: number): Embedder => {
  const uncentred = openSignProjection(encoder, seed, new Float32Array(DIMENSION)).embed(rows);
  const centre = new Float64Array(DIMENSION);
  for (let at = 0; at < uncentred.length; at++) centre[at % DIMENSION]! += uncentred[at]! / rows.count;
  return openSignProjection(encoder, seed, Float32Array.from(centre));
};

/** To length 1, in place; zeros stay. */
const normalise = (vector: Float64Array): void => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  // What is left of a text that equals the centre is rounding, not direction.
  const length = squares < 1e-12 ? 0 : Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at] = length === 0 ? 0 : vector[at]! / length;
};
