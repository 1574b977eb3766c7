import { float32Bytes, textBytes } from './bytes.ts';
import { normaliseText, tokensOf, visitCharacterGrams, visitGrams, visitWords } from './grams.ts';
import type { GramKind } from './grams.ts';
import { byCodeUnits } from './random.ts';
import { sparseRowsOf } from './sparse.ts';
import type { SparseRows } from './sparse.ts';
import type { ArtifactFiles, DissectedText, Vectorizer } from './stages.ts';

export const TFIDF = 'tfidf-word12-char25';

/** A gram of one text tells nothing of another, and adds noise to the embedding. */
const MIN_TEXTS = 2;
/** The most frequent ones are kept: bounds the artifact on large histories. */
const MAX_TERMS: Readonly<Record<GramKind, number>> = { word: 40_000, character: 60_000 };

export interface Vocabulary {
  readonly words: readonly string[];
  readonly characters: readonly string[];
  /** Inverse document frequencies: of the words, then of the character grams. */
  readonly idf: Float32Array;
}

/**
 * Learns words, pairs of words and character grams with their smoothed inverse document frequencies
 * ln((1 + n) / (1 + df)) + 1 (as scikit-learn's TfidfVectorizer). The order of the texts does not matter.
 */
export const fitTfidf = (texts: readonly string[]): Vectorizer => {
  const counts: Record<GramKind, TextCounts> = { word: new TextCounts(), character: new TextCounts() };
  const ofToken = new Map<string, readonly number[]>();
  for (const [at, text] of texts.entries()) {
    const tokens = tokensOf(normaliseText(text));
    visitWords(tokens, (gram) => counts.word.add(counts.word.numberOf(gram), at));
    for (const token of tokens)
      for (const gram of remembered(ofToken, token, () => charactersOf(token, (each) => counts.character.numberOf(each))))
        counts.character.add(gram, at);
  }
  const words = frequentTerms(counts.word, 'word');
  const characters = frequentTerms(counts.character, 'character');
  const frequencies = [...words.map((term) => counts.word.of(term)), ...characters.map((term) => counts.character.of(term))];
  const idf = Float32Array.from(frequencies, (count) => Math.log((1 + texts.length) / (1 + count)) + 1);
  return createTfidf({ words, characters, idf });
};

/** How many texts have each gram; texts come in their order. */
class TextCounts {
  readonly #numbers = new Map<string, number>();
  readonly #counts: number[] = [];
  readonly #lastText: number[] = [];

  numberOf(gram: string): number {
    const number = numberIn(this.#numbers, gram);
    if (number === this.#counts.length) {
      this.#counts.push(0);
      this.#lastText.push(-1);
    }
    return number;
  }

  add(number: number, text: number): void {
    if (this.#lastText[number] === text) return;
    this.#lastText[number] = text;
    this.#counts[number]!++;
  }

  of(gram: string): number {
    return this.#counts[this.#numbers.get(gram)!]!;
  }

  entries(): readonly (readonly [gram: string, count: number])[] {
    return Array.from(this.#numbers, ([gram, number]) => [gram, this.#counts[number]!] as const);
  }
}

/** Tokens whose grams are remembered: most of what people write is among these. */
const MOST_REMEMBERED = 20_000;

const remembered = (ofToken: Map<string, readonly number[]>, token: string, look: () => readonly number[]): readonly number[] => {
  const known = ofToken.get(token);
  if (known !== undefined) return known;
  const found = look();
  if (ofToken.size < MOST_REMEMBERED) ofToken.set(token, found);
  return found;
};

/** The numbers of a token's character grams, in their order; grams without one are left out. */
const charactersOf = (token: string, numberOf: (gram: string) => number | undefined): readonly number[] => {
  const numbers: number[] = [];
  visitCharacterGrams(token, (gram) => {
    const number = numberOf(gram);
    if (number !== undefined) numbers.push(number);
  });
  return numbers;
};

const frequentTerms = (counts: TextCounts, kind: GramKind): readonly string[] =>
  counts
    .entries()
    .filter(([, count]) => count >= MIN_TEXTS)
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || byCodeUnits(left, right))
    .slice(0, MAX_TERMS[kind])
    .map(([term]) => term)
    .sort(byCodeUnits);

/** The vectorizer of a vocabulary: sublinear term frequency (1 + ln tf) × idf, rows L2-normalised. */
export const createTfidf = (vocabulary: Vocabulary): Vectorizer => {
  const { words, characters, idf } = vocabulary;
  const index: Record<GramKind, Map<string, number>> = {
    word: new Map(words.map((term, position) => [term, position])),
    character: new Map(characters.map((term, position) => [term, words.length + position])),
  };

  const ofToken = new Map<string, readonly number[]>();
  const weigh = (text: string): ReadonlyMap<number, number> => {
    const row = new Map<number, number>();
    const count = (feature: number | undefined): void => {
      if (feature !== undefined) row.set(feature, (row.get(feature) ?? 0) + 1);
    };
    const tokens = tokensOf(normaliseText(text));
    visitWords(tokens, (gram) => count(index.word.get(gram)));
    for (const token of tokens)
      for (const feature of remembered(ofToken, token, () => charactersOf(token, (gram) => index.character.get(gram))))
        count(feature);
    return weighCounts(row, idf);
  };

  const vectorize = (texts: readonly string[]): SparseRows => sparseRowsOf(texts.map(weigh));

  const dissect = (text: string): DissectedText => {
    const slots = new Map<number, number>();
    const occurrences: number[] = [];
    /** Slot, first and last token of every occurrence of a feature. */
    const places: number[] = [];
    const tokens = visitGrams(text, (kind, gram, first, last) => {
      const feature = index[kind].get(gram);
      if (feature === undefined) return;
      const slot = numberIn(slots, feature);
      occurrences[slot] = (occurrences[slot] ?? 0) + 1;
      places.push(slot, first, last);
    });
    const values = weighCounts(new Map(Array.from(slots, ([feature, slot]) => [feature, occurrences[slot]!])), idf);
    // Half of what one occurrence of a feature weighs.
    const halves = Float64Array.from(slots, ([feature, slot]) => values.get(feature)! / occurrences[slot]! / 2);
    const attribute = (weightOf: (feature: number) => number): Float64Array => {
      const contributions = Float64Array.from(slots.keys(), (feature, slot) => halves[slot]! * weightOf(feature));
      const sums = new Float64Array(tokens.length);
      for (let at = 0; at < places.length; at += 3) {
        const half = contributions[places[at]!]!;
        sums[places[at + 1]!]! += half;
        sums[places[at + 2]!]! += half;
      }
      return sums;
    };
    return { tokens, row: values, attribute };
  };

  const files = (): ArtifactFiles =>
    new Map([
      ['words.txt', textBytes(words)],
      ['characters.txt', textBytes(characters)],
      ['idf.f32', float32Bytes(idf)],
    ]);

  return { name: TFIDF, width: idf.length, vectorize, dissect, files };
};

/** The number of a key: the next free one where it is new. */
const numberIn = <Key>(numbers: Map<Key, number>, key: Key): number => {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
};

/** From how often each feature occurs to its value in the row, in place. */
const weighCounts = (row: Map<number, number>, idf: Float32Array): ReadonlyMap<number, number> => {
  let squares = 0;
  for (const [feature, occurrences] of row) {
    const value = (1 + Math.log(occurrences)) * idf[feature]!;
    row.set(feature, value);
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  for (const [feature, value] of row) row.set(feature, value / length);
  return row;
};
