import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { float32Of } from '../bytes.ts';
import { reasonOf } from '../errors.ts';
import { floatsOf, floatTensor, OnnxError, openSession } from '../onnx/session.ts';
import type { OnnxSession, SessionOptions } from '../onnx/session.ts';
import { planBatches } from './batches.ts';
import { EncoderError } from './encoder-error.ts';
import { ENCODER_GRAPH, ENCODER_MANIFEST, hiddenSizeOf, parseEncoderManifest } from './manifest.ts';
import type { EncoderManifest } from './manifest.ts';
import { unigramTokenizer } from './unigram-tokenizer.ts';
import type { Tokenizer } from './unigram-tokenizer.ts';

/** What an encoder says of n texts; a text without tokens has zeros. */
export interface Encoding {
  /** n × dimension, rows of unit length. */
  readonly embedding: Float32Array;
  /** n × the sum of the manifest's hidden sizes. */
  readonly hidden: Float32Array;
}

export interface EncodeOptions {
  /** Told how many of the texts are encoded, after each batch. */
  readonly onProgress?: (encoded: number, of: number) => void;
  /** Ends the encoding between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Encoder {
  readonly manifest: EncoderManifest;
  /** SHA-256 of the manifest, which holds those of all files: two encoders with one hash say the same. */
  readonly hash: string;
  /**
   * Encodes texts, in their order. The same texts give the same bits on one machine and one thread; a text alone and the same
   * among others differ by up to 5e-8 in the embedding and 5e-7 of the value in hidden states (measured on Banking77), because
   * the runtime sums products of other sizes in another order.
   * A text beyond the encoder's maximal length is cut there.
   */
  readonly encode: (texts: readonly string[], options?: EncodeOptions) => Promise<Encoding>;
  readonly release: () => Promise<void>;
}

/**
 * Opens an encoder's folder: checks every file's size and hash, and that the encoder answers its reference texts as recorded.
 * @throws EncoderError where the folder is missing, damaged, truncated, foreign, or answers something else
 */
export const openEncoder = async (folder: string, options: SessionOptions = { threads: 1 }): Promise<Encoder> => {
  const manifestBytes = readFile(folder, ENCODER_MANIFEST);
  const manifest = parseEncoderManifest(manifestBytes.toString('utf8'), join(folder, ENCODER_MANIFEST));
  const files = new Map(manifest.files.map((file) => [file.name, checkedFile(folder, file)]));
  const tokenizer = readTokenizer(listedFile(files, manifest.tokenizer.file, folder), join(folder, manifest.tokenizer.file));
  const session = await openGraph(listedFile(files, ENCODER_GRAPH, folder), folder, options);
  const encode = encodeBy(manifest, tokenizer, session);
  try {
    await checkReferences(manifest, encode, folder);
  } catch (cause) {
    await session.release();
    throw cause;
  }
  return { manifest, hash: sha256(manifestBytes), encode, release: () => session.release() };
};

const NO_TOKENS = new Int32Array(0);

const encodeBy = (manifest: EncoderManifest, tokenizer: Tokenizer, session: OnnxSession): Encoder['encode'] => {
  const { dimension } = manifest;
  const hiddenSize = hiddenSizeOf(manifest);
  return async (texts, { onProgress, signal } = {}) => {
    const tokens = texts.map((text) =>
      text.trim() === '' ? NO_TOKENS : tokenizer.encode(manifest.prefix + text, manifest.maxTokens),
    );
    const embedding = new Float32Array(texts.length * dimension);
    const hidden = new Float32Array(texts.length * hiddenSize);
    const batches = planBatches(Int32Array.from(tokens, (row) => row.length));
    let encoded = texts.length - batches.reduce((sum, batch) => sum + batch.length, 0);
    for (const batch of batches) {
      signal?.throwIfAborted();
      const results = await session.run(feedsOf(Array.from(batch, (position) => tokens[position]!)));
      scatterRows(floatsOf(results, 'embedding'), dimension, batch, embedding);
      scatterRows(floatsOf(results, 'hidden'), hiddenSize, batch, hidden);
      encoded += batch.length;
      onProgress?.(encoded, texts.length);
    }
    return { embedding, hidden };
  };
};

/** Token ids and their mask as the graph takes them; rows go from short to long. */
export const feedsOf = (rows: readonly Int32Array[]): Readonly<Record<'ids' | 'mask', Tensor>> => {
  const shape = [rows.length, rows.at(-1)?.length ?? 0] as const;
  const [count, longest] = shape;
  const ids = new Int32Array(count * longest);
  const mask = new Float32Array(count * longest);
  for (const [at, row] of rows.entries()) {
    ids.set(row, at * longest);
    mask.fill(1, at * longest, at * longest + row.length);
  }
  return { ids: new Tensor('int32', ids, shape), mask: floatTensor(mask, shape) };
};

const scatterRows = (rows: Float32Array, size: number, positions: Int32Array, into: Float32Array): void => {
  if (rows.length !== positions.length * size)
    throw new OnnxError(`The graph answers rows of ${rows.length / positions.length} values, the manifest says ${size}.`);
  for (const [at, position] of positions.entries()) into.set(rows.subarray(at * size, (at + 1) * size), position * size);
};

const checkReferences = async (manifest: EncoderManifest, encode: Encoder['encode'], folder: string): Promise<void> => {
  const foreign = (what: string, cause?: unknown): EncoderError =>
    new EncoderError(`The encoder in ${folder} ${what}; write or fetch it again.`, { cause });
  const said = await encode(manifest.references.map(({ text }) => text)).catch((cause: unknown) => {
    throw foreign(`does not take and answer what its manifest says (${reasonOf(cause)})`, cause);
  });
  const expected = {
    embedding: manifest.references.map(({ embedding }) => vectorOf(embedding)),
    hidden: manifest.references.map(({ hidden }) => vectorOf(hidden)),
  };
  for (const output of ['embedding', 'hidden'] as const) {
    const difference = largestDifference(said[output], expected[output]);
    if (!(difference <= manifest.tolerance))
      throw foreign(`differs from its reference vectors by ${difference} in ${output}; ${manifest.tolerance} is allowed`);
  }
};

/** Relative to the larger of the value and 1; infinite where the sizes differ. */
const largestDifference = (values: Float32Array, expected: readonly Float32Array[]): number => {
  const flat = expected.flatMap((row) => [...row]);
  if (flat.length !== values.length) return Infinity;
  return flat.reduce((largest, value, at) => Math.max(largest, Math.abs(value - values[at]!) / Math.max(1, Math.abs(value))), 0);
};

const vectorOf = (base64: string): Float32Array => float32Of(Buffer.from(base64, 'base64'));

const openGraph = async (bytes: Uint8Array, folder: string, options: SessionOptions): Promise<OnnxSession> => {
  try {
    return await openSession(bytes, options);
  } catch (cause) {
    throw new EncoderError(`${join(folder, ENCODER_GRAPH)} is no graph that can be run (${reasonOf(cause)}).`, { cause });
  }
};

const vocabularySchema = z.array(z.tuple([z.string(), z.number()]));

const readTokenizer = (bytes: Buffer, path: string): Tokenizer => {
  try {
    return unigramTokenizer(vocabularySchema.parse(JSON.parse(bytes.toString('utf8'))));
  } catch (cause) {
    throw new EncoderError(`${path} is no vocabulary of pieces and scores (${reasonOf(cause)}).`, { cause });
  }
};

const checkedFile = (folder: string, file: EncoderManifest['files'][number]): Buffer => {
  const content = readFile(folder, file.name);
  const path = join(folder, file.name);
  if (content.length !== file.bytes)
    throw new EncoderError(
      `${path} has ${content.length} bytes, its manifest says ${file.bytes}; write or fetch the encoder again.`,
    );
  if (sha256(content) !== file.sha256)
    throw new EncoderError(`${path} is damaged (its hash differs); write or fetch the encoder again.`);
  return content;
};

const listedFile = (files: ReadonlyMap<string, Buffer>, name: string, folder: string): Buffer => {
  const content = files.get(name);
  if (content === undefined)
    throw new EncoderError(`The manifest of ${folder} does not list ${name}; write or fetch the encoder again.`);
  return content;
};

const readFile = (folder: string, name: string): Buffer => {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new EncoderError(`${folder} holds no encoder: ${name} cannot be read (${reasonOf(cause)}).`, { cause });
  }
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
