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
export interface EncodingRules extends Pick<EncoderManifest, 'batching' | 'dimension' | 'hidden' | 'maxTokens' | 'prefix'> {
  /** @default windows count by their tokens */
  readonly weigh?: WeighWindows;
}

/**
 * How much the windows of one long text count, beside their number of tokens.
 * @param embeddings windows × dimension
 * @returns a factor a window, 0 and more, not all of them 0
 */
export type WeighWindows = (embeddings: Float32Array) => Float64Array;

/** One row of tokens for the graph. */
export interface Window {
  /** Position of the text that it is a part of. */
  readonly text: number;
  readonly tokens: Int32Array;
  /** Position of its first token of the text among all tokens of the text. */
  readonly first: number;
  /** Tokens that stand before that one. */
  readonly framedBy: number;
  /** Tokens of the text itself. */
  readonly length: number;
  /** How much it counts among the windows of its text. */
  readonly weight: number;
}

/** Encodes texts by their tokens, window by window, in batches of similar length. */
export const encodeBy = (rules: EncodingRules, tokenizer: Tokenizer, graph: TextGraph): Encode => {
  const windowsOf = windowsBy(rules, tokenizer);
  return async (texts, options) => {
    const windows = texts.flatMap((text, at) => windowsOf(tokenizer.encode(text), at));
    const said = await readWindows(rules, windows, texts.length, graph, options);
    return joinTexts(rules, weighWindows(rules, windows, said), texts.length, said);
  };
};

/** Batches from which on a second thread is worth its start. */
const MANY_BATCHES = 16;
/** Batches that wait for the second thread at most, so that it has work while this one does something else: a second and a half. */
const MOST_AHEAD = 128;
/** The second thread has at most one in so many of the batches that are left: with more it would be at work when this one is done. */
const SHARE_AHEAD = 4;

type Run<Answer> = (rows: readonly Int32Array[]) => Promise<Answer>;

/** See TextGraph. */
interface Running<Answer> {
  readonly run: Run<Answer>;
  readonly runBeside?: Run<Answer>;
}

/** What the graph says of each window. Which thread a batch is run on makes no difference to it. */
export const readWindows = async <Answer extends GraphAnswer>(
  rules: EncodingRules,
  windows: readonly Window[],
  textCount: number,
  graph: Running<Answer>,
  { onProgress, signal }: EncodeOptions = {},
  onAnswer: (answer: Answer, batch: Int32Array) => void = () => {},
): Promise<GraphAnswer> => {
  const { dimension } = rules;
  const hiddenSize = hiddenSizeOf(rules);
  const embedding = new Float32Array(windows.length * dimension);
  const hidden = new Float32Array(windows.length * hiddenSize);
  const missing = new Int32Array(textCount);
  for (const { text } of windows) missing[text]!++;
  let encoded = missing.reduce((empty, count) => empty + (count === 0 ? 1 : 0), 0);
  const lengths = Int32Array.from(windows, ({ tokens }) => tokens.length);
  const batches = rules.batching === 'single' ? oneByOne(lengths) : planBatches(lengths);
  let next = 0;
  const take = async (run: Run<Answer>): Promise<void> => {
    signal?.throwIfAborted();
    const batch = batches[next++]!;
    const answer = await run(Array.from(batch, (position) => windows[position]!.tokens));
    scatterRows(answer.embedding, dimension, batch, embedding);
    scatterRows(answer.hidden, hiddenSize, batch, hidden);
    onAnswer(answer, batch);
    for (const position of batch) if (--missing[windows[position]!.text]! === 0) encoded++;
    onProgress?.(encoded, textCount);
  };
  const takeHere = async (): Promise<void> => {
    while (next < batches.length) await take(graph.run);
  };
  const mostAhead = (): number => Math.min(MOST_AHEAD, Math.ceil((batches.length - next) / SHARE_AHEAD));
  const takeBeside = async (run: Run<Answer>): Promise<void> => {
    let ahead = mostAhead();
    const takeInTurn = async (): Promise<void> => {
      while (ahead <= mostAhead()) await take(run);
      ahead--;
    };
    await Promise.all(Array.from({ length: ahead }, takeInTurn));
  };
  const beside = batches.length >= MANY_BATCHES ? graph.runBeside : undefined;
  await Promise.all(beside === undefined ? [takeHere()] : [takeBeside(beside), takeHere()]);
  return { embedding, hidden };
};

/** Windows with what they count for, by what is said of them. */
export const weighWindows = (
  { dimension, weigh }: EncodingRules,
  windows: readonly Window[],
  { embedding }: GraphAnswer,
): readonly Window[] => {
  if (weigh === undefined) return windows;
  const weighed: Window[] = [];
  for (let first = 0; first < windows.length;) {
    let end = first + 1;
    while (windows[end]?.text === windows[first]!.text) end++;
    const own = windows.slice(first, end);
    const factors = own.length === 1 ? undefined : weigh(embedding.subarray(first * dimension, end * dimension));
    weighed.push(...(factors ? own.map((window, at) => ({ ...window, weight: window.length * factors[at]! })) : own));
    first = end;
  }
  return weighed;
};

/** From what is said of windows to what is said of texts. */
export const joinTexts = (
  { dimension, hidden }: EncodingRules,
  windows: readonly Window[],
  textCount: number,
  said: GraphAnswer,
): Encoding => ({
  embedding: joinWindows(said.embedding, windows, textCount, [{ pooling: 'unit mean', size: dimension }]),
  hidden: joinWindows(
    said.hidden,
    windows,
    textCount,
    hidden.map(({ name, size }) => ({ pooling: isMaximum(name) ? 'maximum' : 'mean', size }) as const),
  ),
});

/** Whether a part of the hidden states is a maximum over tokens; it is their mean otherwise. */
export const isMaximum = (name: string): boolean => name.endsWith('-max');

/** Cuts the tokens of a text into windows, with what frames each. */
export const windowsBy = ({ prefix, maxTokens }: EncodingRules, tokenizer: Tokenizer) => {
  const before = [...tokenizer.before, ...tokenizer.encode(prefix)];
  const framing = before.length + tokenizer.after.length;
  return (source: Int32Array, text: number): readonly Window[] =>
    cutWindows(source, maxTokens - framing).map((tokens) => ({
      text,
      tokens: framing === 0 ? tokens : Int32Array.of(...before, ...tokens, ...tokenizer.after),
      first: (tokens.byteOffset - source.byteOffset) / source.BYTES_PER_ELEMENT,
      framedBy: before.length,
      length: tokens.length,
      weight: tokens.length,
    }));
};

const oneByOne = (lengths: Int32Array): readonly Int32Array[] => Array.from(lengths, (_, position) => Int32Array.of(position));

const scatterRows = (rows: Float32Array, size: number, positions: Int32Array, into: Float32Array): void => {
  if (rows.length !== positions.length * size)
    throw new OnnxError(`The graph answers rows of ${rows.length / positions.length} values, the manifest says ${size}.`);
  for (const [at, position] of positions.entries()) into.set(rows.subarray(at * size, (at + 1) * size), position * size);
};
