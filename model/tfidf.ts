import { float32Bytes, textBytes } from './bytes.ts';
import { visitGrams } from './grams.ts';
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
  const frequencies: Record<GramKind, Map<string, number>> = { word: new Map(), character: new Map() };
  for (const text of texts) {
    const seen: Record<GramKind, Set<string>> = { word: new Set(), character: new Set() };
    visitGrams(text, (kind, gram) => {
      if (seen[kind].has(gram)) return;
      seen[kind].add(gram);
      frequencies[kind].set(gram, (frequencies[kind].get(gram) ?? 0) + 1);
    });
  }
  const words = frequentTerms(frequencies.word, 'word');
  const characters = frequentTerms(frequencies.character, 'character');
  const counts = [
    ...words.map((term) => frequencies.word.get(term)!),
    ...characters.map((term) => frequencies.character.get(term)!),
  ];
  const idf = Float32Array.from(counts, (count) => Math.log((1 + texts.length) / (1 + count)) + 1);
  return createTfidf({ words, characters, idf });
};

const frequentTerms = (frequencies: ReadonlyMap<string, number>, kind: GramKind): readonly string[] =>
  [...frequencies]
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

  const weigh = (text: string): ReadonlyMap<number, number> => {
    const row = new Map<number, number>();
    visitGrams(text, (kind, gram) => {
      const feature = index[kind].get(gram);
      if (feature !== undefined) row.set(feature, (row.get(feature) ?? 0) + 1);
    });
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
