import { createHash } from 'node:crypto';
import type { Encoding } from '../encoder/encode-texts.ts';

/** Largest finite half-precision number. */
const LARGEST = 65_504;
const BYTES_A_VALUE = 2;
const HASH_BYTES = 32;
const HEADER_BYTES = 8;

/** Of a text's embedding, and of its hidden states. */
export interface Widths {
  readonly dimension: number;
  readonly hidden: number;
}

/**
 * What an encoder said of texts, in half precision: 11 bits of each value, where states are kept in steps of a sixteenth of a standard
 * deviation later on. Count and width, the values of each text, and the SHA-256 of all that.
 */
export const packChunk = ({ embedding, hidden }: Encoding, { dimension, hidden: states }: Widths): Buffer => {
  const width = dimension + states;
  const count = embedding.length / dimension;
  const values = new Float16Array(count * width);
  for (let row = 0; row < count; row++) {
    values.set(embedding.subarray(row * dimension, (row + 1) * dimension), row * width);
    values.set(hidden.subarray(row * states, (row + 1) * states).map(withinRange), row * width + dimension);
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(count);
  header.writeUInt32LE(width, 4);
  const bytes = Buffer.from(values.buffer);
  return Buffer.concat([header, bytes, createHash('sha256').update(header).update(bytes).digest()]);
};

const withinRange = (value: number): number => Math.max(-LARGEST, Math.min(LARGEST, value));

/** @returns undefined where the bytes are not those of so many texts as they were packed */
export const unpackChunk = (packed: Uint8Array, count: number, { dimension, hidden: states }: Widths): Encoding | undefined => {
  const width = dimension + states;
  if (packed.length !== HEADER_BYTES + count * width * BYTES_A_VALUE + HASH_BYTES) return undefined;
  const bytes = Buffer.from(packed);
  const body = bytes.subarray(0, -HASH_BYTES);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(-HASH_BYTES))) return undefined;
  if (body.readUInt32LE() !== count || body.readUInt32LE(4) !== width) return undefined;
  // A copy of its own: views of 2-byte numbers start at even addresses.
  const values = new Float16Array(Uint8Array.from(body.subarray(HEADER_BYTES)).buffer);
  const embedding = new Float32Array(count * dimension);
  const hidden = new Float32Array(count * states);
  for (let row = 0; row < count; row++) {
    embedding.set(values.subarray(row * width, row * width + dimension), row * dimension);
    hidden.set(values.subarray(row * width + dimension, (row + 1) * width), row * states);
  }
  return { embedding, hidden };
};
