import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';
import { openSession } from '../onnx/session.ts';
import type { OnnxSession, SessionOptions } from '../onnx/session.ts';
import { bertGraph } from './bert-graph.ts';
import { encodeBy, windowsBy } from './encode-texts.ts';
import type { Encode, WeighWindows } from './encode-texts.ts';
import { EncoderError } from './encoder-error.ts';
import { readEncoderFiles } from './encoder-files.ts';
import { hubTokenizer } from './hub-tokenizer.ts';
import { ENCODER_GRAPH } from './manifest.ts';
import type { EncoderManifest } from './manifest.ts';
import { pooledGraph } from './pooled-graph.ts';
import { checkReferences } from './references.ts';
import type { Tokenizer } from './tokenizer.ts';
import { unigramTokenizer } from './unigram-tokenizer.ts';
import { encodeByWords } from './word-shares.ts';
import type { EncodeByWords } from './word-shares.ts';

export interface Encoder {
  readonly manifest: EncoderManifest;
  /** SHA-256 of the manifest, which holds those of all files: two encoders with one hash say the same. */
  readonly hash: string;
  /**
   * Encodes texts, in their order. The same texts give the same bits on one machine and one thread; a text alone and the same
   * among others differ by up to 5e-8 in the embedding and 5e-7 of the value in hidden states (measured on Banking77 with the
   * default encoder), because the runtime sums products of other sizes in another order.
   * A text beyond the encoder's maximal length is read in windows, see cutWindows: its embedding is their mean at unit
   * length, its hidden states their means and maxima; windows count by their tokens, or as `weighing` says.
   */
  readonly encode: Encode;
  /** The same, and which words made it say so; for few texts at once. */
  readonly encodeByWords: EncodeByWords;
  /** The same encoder, which weighs the windows of long texts. */
  readonly weighing: (weigh: WeighWindows) => Encoder;
  /** Whether a text is read in several windows. */
  readonly isLong: (text: string) => boolean;
  readonly release: () => Promise<void>;
}

/**
 * Opens an encoder's folder: checks every file's size and hash, and that the encoder answers its reference texts as recorded.
 * @throws EncoderError where the folder is missing, damaged, truncated, foreign, or answers something else
 */
export const openEncoder = async (folder: string, options: SessionOptions = { threads: 1 }): Promise<Encoder> => {
  const { manifest, hash, contentOf } = readEncoderFiles(folder);
  const tokenizer = openTokenizer(contentOf(manifest.tokenizer.file), manifest, join(folder, manifest.tokenizer.file));
  const session = await openGraph(contentOf(ENCODER_GRAPH), folder, options);
  try {
    const graph =
      manifest.pooling === 'graph' ? pooledGraph(session, manifest) : bertGraph(session, manifest, join(folder, ENCODER_GRAPH));
    const encode = encodeBy(manifest, tokenizer, graph);
    await checkReferences(manifest, encode, folder);
    const encoder = {
      manifest,
      hash,
      encode,
      encodeByWords: encodeByWords(manifest, tokenizer, graph),
      // No token is shorter than a character, but for what stands between words.
      isLong: (text: string) =>
        text.length > manifest.maxTokens / 2 && windowsBy(manifest, tokenizer)(tokenizer.encode(text), 0).length > 1,
      release: graph.release,
    };
    const weighing = (weigh: WeighWindows): Encoder => {
      const rules = { ...manifest, weigh };
      return {
        ...encoder,
        encode: encodeBy(rules, tokenizer, graph),
        encodeByWords: encodeByWords(rules, tokenizer, graph),
        weighing,
      };
    };
    return { ...encoder, weighing };
  } catch (cause) {
    await session.release();
    throw cause;
  }
};

const openGraph = async (bytes: Uint8Array, folder: string, options: SessionOptions): Promise<OnnxSession> => {
  try {
    return await openSession(bytes, options);
  } catch (cause) {
    throw new EncoderError(`${join(folder, ENCODER_GRAPH)} is no graph that can be run (${reasonOf(cause)}).`, { cause });
  }
};

const vocabularySchema = z.array(z.tuple([z.string(), z.number()]));

const openTokenizer = (bytes: Buffer, { tokenizer: { kind } }: EncoderManifest, path: string): Tokenizer => {
  const source = bytes.toString('utf8');
  try {
    return kind === 'huggingface' ? hubTokenizer(source) : unigramTokenizer(vocabularySchema.parse(JSON.parse(source)));
  } catch (cause) {
    throw new EncoderError(
      kind === 'huggingface'
        ? `${path} is no tokenizer that can be used (${reasonOf(cause)}).`
        : `${path} is no vocabulary of pieces and scores (${reasonOf(cause)}).`,
      { cause },
    );
  }
};
