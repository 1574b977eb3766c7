import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';
import { OnnxError } from '../onnx/session.ts';
import { encodeBy, windowsBy } from './encode-texts.ts';
import type { Encode, WeighWindows } from './encode-texts.ts';
import { EncoderError } from './encoder-error.ts';
import { readEncoderFiles } from './encoder-files.ts';
import { graphBeside } from './graph-beside.ts';
import { graphOf } from './graph-of.ts';
import type { GraphSource } from './graph-of.ts';
import { hubTokenizer } from './hub-tokenizer.ts';
import { ENCODER_GRAPH } from './manifest.ts';
import type { EncoderManifest } from './manifest.ts';
import { checkReferences } from './references.ts';
import type { TextGraph } from './text-graph.ts';
import type { Tokenizer } from './tokenizer.ts';
import { unigramTokenizer } from './unigram-tokenizer.ts';
import { encodeByWords } from './word-shares.ts';
import type { EncodeByWords } from './word-shares.ts';

export interface Encoder {
  readonly manifest: EncoderManifest;
  /** SHA-256 of the manifest, which holds those of all files: two encoders with one hash say the same. */
  readonly hash: string;
  /**
   * Encodes texts, in their order. The same texts give the same bits on one machine; a text alone and the same
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
  /** Frees the memory of a second thread; it starts again when many texts come. */
  readonly rest: () => Promise<void>;
  readonly release: () => Promise<void>;
}

export interface EncoderOptions {
  /**
   * Threads that batches of texts are dealt to, with the same bits; the second one opens the graph once more, when many texts come.
   * @default 1
   */
  readonly threads?: 1 | 2;
}

/**
 * Opens an encoder's folder: checks every file's size and hash, and that the encoder answers its reference texts as recorded.
 * @throws EncoderError where the folder is missing, damaged, truncated, foreign, or answers something else
 */
export const openEncoder = async (folder: string, { threads = 1 }: EncoderOptions = {}): Promise<Encoder> => {
  const { manifest, hash, contentOf } = readEncoderFiles(folder);
  const tokenizer = openTokenizer(contentOf(manifest.tokenizer.file), manifest, join(folder, manifest.tokenizer.file));
  const { pooling, dimension, hidden } = manifest;
  const source = { path: join(folder, ENCODER_GRAPH), manifest: { pooling, dimension, hidden } };
  const alone = await openGraph(source, contentOf(ENCODER_GRAPH));
  const graph = threads === 1 ? alone : graphBeside(alone, source);
  try {
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
      rest: async () => graph.closeBeside?.(),
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
    await graph.release();
    throw cause;
  }
};

const openGraph = async (source: GraphSource, content: Uint8Array): Promise<TextGraph> => {
  try {
    return await graphOf(source, content);
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw new EncoderError(`${source.path} is no graph that can be run (${reasonOf(cause)}).`, { cause });
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
