import { isMaximum, joinTexts, readWindows, weighWindows, windowsBy } from './encode-texts.ts';
import type { Encoding, EncodingRules, Window } from './encode-texts.ts';
import { hiddenSizeOf } from './manifest.ts';
import type { TextGraph, TokenwiseAnswer } from './text-graph.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What an encoder says of n texts, and which words made it say so. */
export interface WordwiseEncoding extends Encoding {
  /**
   * Splits Σ gradient × (value - centre) of each text over its words, as white space separates them in NFKC. A mean is split
   * exactly, the value of a maximum goes to the token that has it. What belongs to no word (tokens that frame a text, an embedding
   * that is the state of one of them, tokens that cannot be told apart by words) is left out.
   * @param gradients n × (dimension + hidden size): of the embedding, then of the hidden states
   * @param centre of each of these values, where it says nothing
   */
  readonly splitOverWords: (gradients: Float32Array, centre: Float32Array) => Promise<readonly Float64Array[]>;
}

export type EncodeByWords = (texts: readonly string[]) => Promise<WordwiseEncoding>;

/** A text's tokens, and the word that each belongs to; -1 for none. */
interface WordedText {
  readonly tokens: Int32Array;
  readonly wordOf: Int32Array;
  readonly wordCount: number;
}

interface ReadBatch {
  readonly answer: TokenwiseAnswer;
  /** Positions of its windows. */
  readonly batch: Int32Array;
}

/** Keeps the states of all tokens of the texts until the encoding is forgotten: 5 KB a token with the default encoder. */
export const encodeByWords = (rules: EncodingRules, tokenizer: Tokenizer, graph: TextGraph): EncodeByWords => {
  const windowsOf = windowsBy(rules, tokenizer);
  return async (texts) => {
    const worded = texts.map((text) => wordTokens(text, tokenizer));
    const cut = worded.flatMap(({ tokens }, text) => windowsOf(tokens, text));
    const batches: ReadBatch[] = [];
    const said = await readWindows(rules, cut, texts.length, { run: graph.runTokenwise }, {}, (answer, batch) =>
      batches.push({ answer, batch }),
    );
    const windows = weighWindows(rules, cut, said);
    const encoding = joinTexts(rules, windows, texts.length, said);
    return {
      ...encoding,
      splitOverWords: async (gradients, centre) => {
        const shares = worded.map(({ wordCount }) => new Float64Array(wordCount));
        const question = { rules, worded, windows, said, encoding, gradients, centre };
        for (const read of batches) await splitBatch(question, read, shares);
        return shares;
      },
    };
  };
};

/** A text is tokenized word by word where that gives the same tokens; every tokenizer that splits at white space first does so. */
const wordTokens = (text: string, tokenizer: Tokenizer): WordedText => {
  const tokens = tokenizer.encode(text);
  const words = text
    .normalize('NFKC')
    .split(/\s+/u)
    .filter((word) => word !== '');
  const wordOf = new Int32Array(tokens.length).fill(-1);
  let at = 0;
  for (const [index, word] of words.entries())
    for (const token of tokenizer.encode(word)) {
      if (tokens[at] !== token) return { tokens, wordOf: wordOf.fill(-1), wordCount: words.length };
      wordOf[at++] = index;
    }
  if (at < tokens.length) wordOf.fill(-1);
  return { tokens, wordOf, wordCount: words.length };
};

interface Question {
  readonly rules: EncodingRules;
  readonly worded: readonly WordedText[];
  readonly windows: readonly Window[];
  /** Of the windows. */
  readonly said: Encoding;
  /** Of the texts. */
  readonly encoding: Encoding;
  readonly gradients: Float32Array;
  readonly centre: Float32Array;
}

/** Of which part of a text a window is, and what it is asked. */
interface AskedWindow {
  /** dimension values: the gradient of its embedding. */
  readonly ofEmbedding: Float32Array;
  /** Σ gradient × (value - centre) of its embedding. */
  readonly embeddingTotal: number;
  /** The gradient of its hidden states: 0 where another window of the text has the maximum. */
  readonly ofHidden: Float32Array;
}

const splitBatch = async (question: Question, { answer, batch }: ReadBatch, shares: readonly Float64Array[]): Promise<void> => {
  const { dimension } = question.rules;
  const asked = Array.from(batch, (position) => askWindow(question, position));
  const wanted = new Float32Array(batch.length * dimension);
  asked.forEach(({ ofEmbedding }, row) => wanted.set(ofEmbedding, row * dimension));
  const ofMeans = await answer.ofEmbedding?.pullBack(wanted);
  const longest = question.windows[batch.at(-1)!]!.tokens.length;
  asked.forEach((window, row) => {
    const { text, tokens, first, framedBy, length } = question.windows[batch[row]!]!;
    const ofTokens = new Float64Array(tokens.length);
    const statesOf = (states: Float32Array, size: number): Float32Array =>
      states.subarray(row * longest * size, (row * longest + tokens.length) * size);
    if (answer.ofEmbedding !== undefined && ofMeans !== undefined) {
      const size = ofMeans.length / batch.length;
      splitEmbedding(statesOf(answer.ofEmbedding.states, size), rowOf(ofMeans, row, size), window.embeddingTotal, ofTokens);
    }
    let offset = 0;
    for (const [part, { name, size }] of question.rules.hidden.entries()) {
      const states = statesOf(answer.ofHidden[part]!, size);
      const gradient = window.ofHidden.subarray(offset, offset + size);
      const centre = question.centre.subarray(dimension + offset, dimension + offset + size);
      if (isMaximum(name)) splitMaximum(states, gradient, centre, ofTokens);
      else splitMean(states, gradient, centre, ofTokens);
      offset += size;
    }
    const { wordOf } = question.worded[text]!;
    for (let at = 0; at < length; at++) {
      const word = wordOf[first + at]!;
      if (word !== -1) shares[text]![word]! += ofTokens[framedBy + at]!;
    }
  });
};

const askWindow = (question: Question, position: number): AskedWindow => {
  const { rules, windows, said, gradients, centre } = question;
  const { dimension } = rules;
  const { text, weight } = windows[position]!;
  const gradient = rowOf(gradients, text, dimension + hiddenSizeOf(rules));
  const siblings = windowsOfText(windows, position);
  const part = weight / siblings.reduce((sum, at) => sum + windows[at]!.weight, 0);
  // The text's embedding is the mean of its windows' at unit length: a window of it counts by its part, divided by the mean's length.
  const scale = part / meanLength(said.embedding, dimension, windows, siblings);
  const own = rowOf(said.embedding, position, dimension);
  const ofEmbedding = new Float32Array(dimension);
  let embeddingTotal = 0;
  for (let at = 0; at < dimension; at++) {
    ofEmbedding[at] = gradient[at]! * scale;
    embeddingTotal += gradient[at]! * (scale * own[at]! - part * centre[at]!);
  }
  const ofHidden = gradient.subarray(dimension);
  return {
    ofEmbedding,
    embeddingTotal,
    ofHidden: siblings.length === 1 ? ofHidden : partOfHidden(ofHidden, question, position, siblings, part),
  };
};

/** Of a text of several windows. */
const partOfHidden = (
  gradient: Float32Array,
  { rules, windows, said, encoding }: Question,
  position: number,
  siblings: readonly number[],
  part: number,
): Float32Array => {
  const hiddenSize = hiddenSizeOf(rules);
  const { text } = windows[position]!;
  const own = gradient.slice();
  let offset = 0;
  for (const { name, size } of rules.hidden) {
    for (let at = offset; at < offset + size; at++)
      if (!isMaximum(name)) own[at]! *= part;
      else {
        const largest = encoding.hidden[text * hiddenSize + at]!;
        if (siblings.find((sibling) => said.hidden[sibling * hiddenSize + at] === largest) !== position) own[at] = 0;
      }
    offset += size;
  }
  return own;
};

/** Windows of a text stand side by side. */
const windowsOfText = (windows: readonly Window[], position: number): readonly number[] => {
  const { text } = windows[position]!;
  let first = position;
  while (windows[first - 1]?.text === text) first--;
  const siblings: number[] = [];
  for (let at = first; windows[at]?.text === text; at++) siblings.push(at);
  return siblings;
};

const meanLength = (
  embeddings: Float32Array,
  dimension: number,
  windows: readonly Window[],
  siblings: readonly number[],
): number => {
  if (siblings.length === 1) return 1;
  const total = siblings.reduce((sum, at) => sum + windows[at]!.weight, 0);
  const mean = new Float64Array(dimension);
  for (const sibling of siblings)
    for (let at = 0; at < dimension; at++)
      mean[at]! += (windows[sibling]!.weight / total) * embeddings[sibling * dimension + at]!;
  return Math.hypot(...mean) || 1;
};

/** What the tokens have in common is divided equally; where one differs from their mean, it gets more or less. */
const splitEmbedding = (states: Float32Array, gradient: Float32Array, total: number, shares: Float64Array): void => {
  const size = gradient.length;
  const dots = new Float64Array(shares.length);
  for (let token = 0; token < dots.length; token++) dots[token] = dot(states, token * size, gradient);
  const mean = dots.reduce((sum, value) => sum + value, 0) / dots.length;
  for (let token = 0; token < dots.length; token++) shares[token]! += (total + dots[token]! - mean) / dots.length;
};

const splitMean = (states: Float32Array, gradient: Float32Array, centre: Float32Array, shares: Float64Array): void => {
  const atCentre = dot(centre, 0, gradient);
  for (let token = 0; token < shares.length; token++)
    shares[token]! += (dot(states, token * gradient.length, gradient) - atCentre) / shares.length;
};

const splitMaximum = (states: Float32Array, gradient: Float32Array, centre: Float32Array, shares: Float64Array): void => {
  const size = gradient.length;
  const largest = states.slice(0, size);
  const holders = new Int32Array(size);
  // In the order of memory: token by token.
  for (let token = 1; token < shares.length; token++) {
    const start = token * size;
    for (let at = 0; at < size; at++) {
      const value = states[start + at]!;
      if (value <= largest[at]!) continue;
      largest[at] = value;
      holders[at] = token;
    }
  }
  for (let at = 0; at < size; at++) shares[holders[at]!]! += gradient[at]! * (largest[at]! - centre[at]!);
};

/** Four sums at once, which do not wait for one another. */
const dot = (values: Float32Array, from: number, other: Float32Array): number => {
  const length = other.length;
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < length; at += 4) {
    a += values[from + at]! * other[at]!;
    b += values[from + at + 1]! * other[at + 1]!;
    c += values[from + at + 2]! * other[at + 2]!;
    d += values[from + at + 3]! * other[at + 3]!;
  }
  for (; at < length; at++) a += values[from + at]! * other[at]!;
  return a + b + c + d;
};

const rowOf = (values: Float32Array, row: number, size: number): Float32Array => values.subarray(row * size, (row + 1) * size);
