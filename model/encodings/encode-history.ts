import { createHash } from 'node:crypto';
import type { Encoding } from '../encoder/encode-texts.ts';
import { hiddenSizeOf } from '../encoder/manifest.ts';
import type { Encoder } from '../encoder/open-encoder.ts';
import { readableText } from '../grams.ts';
import { packChunk, unpackChunk } from './chunk-bytes.ts';
import type { EncodingStore } from './encoding-store.ts';
import { planChunks } from './plan-chunks.ts';
import type { Chunk } from './plan-chunks.ts';

/** Raised when this program makes an encoder say something else of the same text (windows, batches, rounding). */
const REVISION = 2;
const SUFFIX = '.encoded';

/** Some of the texts, and what the encoder says of them. */
export interface EncodedPart extends Encoding {
  readonly positions: Int32Array;
}

/** Texts that are encoded, in a store and not in memory. */
export interface EncodedTexts {
  readonly manifest: Encoder['manifest'];
  /** Each text is in one part. */
  readonly parts: () => AsyncGenerator<EncodedPart>;
  /** What the encoder says of the texts at these positions, in their order. */
  readonly gather: (positions: ArrayLike<number>) => Promise<Encoding>;
  /** Texts that were encoded now; the others had been before. */
  readonly encodedNow: number;
  readonly encodingMs: number;
}

/** A text, and when its ticket came: texts of one time are encoded together. */
export interface DatedTexts {
  readonly texts: readonly string[];
  /** Milliseconds. */
  readonly times: ArrayLike<number>;
}

/**
 * Encodes what the store does not hold yet, chunk by chunk; a damaged chunk is encoded again. A chunk is encoded as a whole, and what
 * is passed on is what is kept, rounded: so it makes no difference whether it was encoded now or by an earlier training.
 * @param onEncoded told how many texts are done, and how many of these did not have to be encoded
 */
export const encodeHistory = async (
  encoder: Encoder,
  { texts, times }: DatedTexts,
  store: EncodingStore,
  onEncoded: (done: number, total: number, takenUp: number) => void = () => {},
): Promise<EncodedTexts> => {
  const { manifest } = encoder;
  const widths = { dimension: manifest.dimension, hidden: hiddenSizeOf(manifest) };
  const read = texts.map(readableText);
  const chunks = planChunks(read, times);
  const kept = ({ hash, positions }: Chunk): Encoding | undefined => {
    const packed = store.read(nameOf(encoder.hash, hash));
    return packed && unpackChunk(packed, positions.length, widths);
  };
  const encode = async ({ hash, positions }: Chunk, onProgress?: (encoded: number) => void): Promise<Encoding> => {
    const own = Array.from(positions, (position) => read[position]!);
    const packed = packChunk(await encoder.encode(own, { onProgress }), widths);
    store.write(nameOf(encoder.hash, hash), packed);
    return unpackChunk(packed, positions.length, widths)!;
  };

  let done = 0;
  let encodedNow = 0;
  let encodingMs = 0;
  for (const chunk of chunks) {
    if (kept(chunk) === undefined) {
      const startedAt = performance.now();
      await encode(chunk, (encoded) => onEncoded(done + encoded, texts.length, done - encodedNow));
      encodingMs += performance.now() - startedAt;
      encodedNow += chunk.positions.length;
    }
    done += chunk.positions.length;
    onEncoded(done, texts.length, done - encodedNow);
  }

  async function* parts(): AsyncGenerator<EncodedPart> {
    // Damaged since it was looked at: encoded again.
    for (const chunk of chunks) yield { positions: chunk.positions, ...(kept(chunk) ?? (await encode(chunk))) };
  }
  return {
    manifest,
    encodedNow,
    encodingMs,
    parts,
    gather: async (positions) => {
      const rowOf = new Int32Array(texts.length).fill(-1);
      for (let row = 0; row < positions.length; row++) rowOf[positions[row]!] = row;
      const embedding = new Float32Array(positions.length * widths.dimension);
      const hidden = new Float32Array(positions.length * widths.hidden);
      for await (const part of parts())
        for (const [at, position] of part.positions.entries()) {
          const row = rowOf[position]!;
          if (row === -1) continue;
          copyRow(part.embedding, at, embedding, row, widths.dimension);
          copyRow(part.hidden, at, hidden, row, widths.hidden);
        }
      return { embedding, hidden };
    },
  };
};

const copyRow = (from: Float32Array, at: number, to: Float32Array, row: number, width: number): void =>
  to.set(from.subarray(at * width, (at + 1) * width), row * width);

const nameOf = (encoder: string, texts: string): string =>
  createHash('sha256').update(`${REVISION} ${encoder} ${texts}`).digest('hex').slice(0, 32) + SUFFIX;
