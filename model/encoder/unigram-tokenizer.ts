import { EncoderError } from './encoder-error.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A piece of text with the logarithm of its probability. */
export type Piece = readonly [text: string, score: number];

/** Marks the start of a word in pieces. */
const WORD_START = '\u2581';
/** The first piece stands for what the vocabulary cannot spell. */
const UNKNOWN = 0;
/** Unknown, sentence start and end, and three reserved ones: never spelled from text. */
const SPECIAL_PIECES = 6;
/** Slots of the hash table for each of its entries, at least; more slots, fewer collisions. */
const SLOTS_PER_ENTRY = 3;
const NONE = -1;
const NOTHING = new Int32Array(0);

/**
 * SentencePiece's unigram model: the most probable split of a text into pieces, by Viterbi search (Kudo 2018, section 3.2).
 * Text is normalised as SentencePiece's `nmt_nfkc` does: NFKC, and every run of white space is one space. Neighbouring
 * characters without a piece become one unknown token.
 * @param pieces the vocabulary, by id
 * @throws EncoderError where it has no pieces
 */
export const unigramTokenizer = (pieces: readonly Piece[]): Tokenizer => {
  if (pieces.length <= SPECIAL_PIECES) throw new EncoderError(`The vocabulary has ${pieces.length} pieces; it is no vocabulary.`);
  const trie = trieOf(pieces);
  const scores = Float64Array.from(pieces, ([, score]) => score);
  let best = new Float64Array(0);
  let cameFrom = new Int32Array(0);
  let tokenTo = new Int32Array(0);
  return {
    before: NOTHING,
    after: NOTHING,
    encode: (text) => {
      const spelled = spell(text);
      const length = spelled.length;
      if (best.length <= length) {
        best = new Float64Array(2 * length + 1);
        cameFrom = new Int32Array(2 * length + 1);
        tokenTo = new Int32Array(2 * length + 1);
      }
      best.fill(-Infinity, 1, length + 1);
      best[0] = 0;
      const reach = (end: number, start: number, token: number, score: number): void => {
        if (score < best[end]!) return;
        best[end] = score;
        cameFrom[end] = start;
        tokenTo[end] = token;
      };
      for (let start = 0; start < length; start++) {
        const before = best[start]!;
        if (before === -Infinity) continue;
        let matched = false;
        let node = 0;
        for (let end = start; end < length; end++) {
          node = trie.child(node, spelled.charCodeAt(end));
          if (node === NONE) break;
          const token = trie.tokenAt[node]!;
          if (token === NONE) continue;
          matched = true;
          reach(end + 1, start, token, before + scores[token]!);
        }
        if (!matched) reach(start + 1, start, UNKNOWN, before);
      }
      return tokensBackFrom(length, cameFrom, tokenTo);
    },
  };
};

const spell = (text: string): string => {
  const words = text.normalize('NFKC').trim().replaceAll(/\s+/gu, WORD_START);
  return words === '' ? '' : WORD_START + words;
};

const tokensBackFrom = (length: number, cameFrom: Int32Array, tokenTo: Int32Array): Int32Array => {
  const tokens: number[] = [];
  for (let end = length; end > 0; end = cameFrom[end]!) {
    const token = tokenTo[end]!;
    if (token !== UNKNOWN || tokens.at(-1) !== UNKNOWN) tokens.push(token);
  }
  return Int32Array.from(tokens).toReversed();
};

interface Trie {
  /** The node below `node` by a UTF-16 unit; -1 where there is none. */
  readonly child: (node: number, unit: number) => number;
  /** The id of the piece that ends at a node, -1 where none does. */
  readonly tokenAt: Int32Array;
}

/** Nodes by number; edges in one open-addressed hash table, since most nodes have a single child and the root has hundreds. */
const trieOf = (pieces: readonly Piece[]): Trie => {
  const edges = pieces.reduce((sum, [text]) => sum + text.length, 0);
  const slots = 2 ** Math.ceil(Math.log2(edges * SLOTS_PER_ENTRY));
  const mask = slots - 1;
  const parents = new Int32Array(slots).fill(NONE);
  const units = new Uint16Array(slots);
  const children = new Int32Array(slots);
  const tokenAt = new Int32Array(edges + 1).fill(NONE);
  /** Where the edge is, or the free slot where it would be. */
  const slotOf = (node: number, unit: number): number => {
    let slot = Math.imul(Math.imul(node, 0x9e3779b1) + unit, 0x85ebca6b) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (parents[slot] !== NONE && (parents[slot] !== node || units[slot] !== unit)) slot = (slot + 1) & mask;
    return slot;
  };
  let nodes = 1;
  for (const [token, [text]] of pieces.entries()) {
    if (token < SPECIAL_PIECES) continue;
    let node = 0;
    for (let at = 0; at < text.length; at++) {
      const slot = slotOf(node, text.charCodeAt(at));
      if (parents[slot] === NONE) {
        parents[slot] = node;
        units[slot] = text.charCodeAt(at);
        children[slot] = nodes++;
      }
      node = children[slot]!;
    }
    tokenAt[node] = token;
  }
  return {
    child: (node, unit) => {
      const slot = slotOf(node, unit);
      return parents[slot] === NONE ? NONE : children[slot]!;
    },
    tokenAt,
  };
};
