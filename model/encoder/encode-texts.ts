import { OnnxError } from '../onnx/session.ts';
import { planBatches } from './batches.ts';
import { hiddenSizeOf } from './manifest.ts';
import type { EncoderManifest } from './manifest.ts';
import type { GraphAnswer, TextGraph } from './text-graph.ts';
import type { Tokenizer } from './tokenizer.ts';
import { cutWindows, joinWindows } from './windows.ts';

/** What an encoder says of n texts; a text without tokens has zeros. */
export type Encoding = GraphAnswer;

export interface EncodeOptions {
  /** Told how many of the texts are encoded, after each batch. */
  readonly onProgress?: (encoded: number, of: number) => void;
  /** Ends the encoding between two batches, with the signal's reason. */
  readonly signal?: AbortSignal;
}

export type Encode = (texts: readonly string[], options?: EncodeOptions) => Promise<Encoding>;

/** What the encoding goes by. */
export type EncodingRules = Pick<EncoderManifest, 'batching' | 'dimension' | 'hidden' | 'maxTokens' | 'prefix'>;

/** One row of tokens for the graph. */
interface Window {
  /** Position of the text that it is a part of. */
  readonly text: number;
  readonly tokens: Int32Array;
  /** Tokens of the text itself. */
  readonly weight: number;
}

/** Encodes texts by their tokens, window by window, in batches of similar length. */
export const encodeBy = (rules: EncodingRules, tokenizer: Tokenizer, graph: TextGraph): Encode => {
  const { dimension, hidden } = rules;
  const hiddenSize = hiddenSizeOf(rules);
  const windowsOf = windowsBy(rules, tokenizer);
  return async (texts, { onProgress, signal } = {}) => {
    const windows = texts.flatMap(windowsOf);
    const embeddings = new Float32Array(windows.length * dimension);
    const states = new Float32Array(windows.length * hiddenSize);
    const missing = new Int32Array(texts.length);
    for (const { text } of windows) missing[text]!++;
    let encoded = missing.reduce((empty, count) => empty + (count === 0 ? 1 : 0), 0);
    const lengths = Int32Array.from(windows, ({ tokens }) => tokens.length);
    for (const batch of rules.batching === 'single' ? oneByOne(lengths) : planBatches(lengths)) {
      signal?.throwIfAborted();
      const answer = await graph.run(Array.from(batch, (position) => windows[position]!.tokens));
      scatterRows(answer.embedding, dimension, batch, embeddings);
      scatterRows(answer.hidden, hiddenSize, batch, states);
      for (const position of batch) if (--missing[windows[position]!.text]! === 0) encoded++;
      onProgress?.(encoded, texts.length);
    }
    const columns = hidden.map(({ name, size }) => ({ pooling: name.endsWith('-max') ? 'maximum' : 'mean', size }) as const);
    return {
      embedding: joinWindows(embeddings, windows, texts.length, [{ pooling: 'unit mean', size: dimension }]),
      hidden: joinWindows(states, windows, texts.length, columns),
    };
  };
};

const windowsBy = ({ prefix, maxTokens }: EncodingRules, tokenizer: Tokenizer) => {
  const before = [...tokenizer.before, ...tokenizer.encode(prefix)];
  const framing = before.length + tokenizer.after.length;
  return (source: string, text: number): readonly Window[] =>
    cutWindows(tokenizer.encode(source), maxTokens - framing).map((tokens) => ({
      text,
      tokens: framing === 0 ? tokens : Int32Array.of(...before, ...tokens, ...tokenizer.after),
      weight: tokens.length,
    }));
};

const oneByOne = (lengths: Int32Array): readonly Int32Array[] => Array.from(lengths, (_, position) => Int32Array.of(position));

const scatterRows = (rows: Float32Array, size: number, positions: Int32Array, into: Float32Array): void => {
  if (rows.length !== positions.length * size)
    throw new OnnxError(`The graph answers rows of ${rows.length / positions.length} values, the manifest says ${size}.`);
  for (const [at, position] of positions.entries()) into.set(rows.subarray(at * size, (at + 1) * size), position * size);
};
