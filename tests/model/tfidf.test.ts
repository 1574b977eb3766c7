import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_READ_LENGTH, normaliseText, visitGrams, wordsOf } from '../../model/grams.ts';
import { seededRandom } from '../../model/random.ts';
import { fitSignProjection, openSignProjection } from '../../model/sign-projection.ts';
import type { Embedder } from '../../model/stages.ts';
import { fitTfidf } from '../../model/tfidf.ts';

const TEXTS = [
  'My card was declined, the card',
  'the card is lost',
  'Überweisung fehlt, bitte helfen',
  'payment 😀 pending 😀',
  'fine 😀',
];

const gramsOf = (text: string): readonly string[] => {
  const grams: string[] = [];
  visitGrams(text, (_, gram) => grams.push(gram));
  return grams;
};

describe('grams', () => {
  test('words are lower-cased in any script and keep their accents and apostrophes', () => {
    expect(wordsOf(normaliseText('ÜBERWEISUNG don’t 漢字 ｃａｒｄ a 42'))).toEqual([
      'überweisung',
      "don't",
      '漢字',
      'card',
      '42',
    ]);
  });

  test('character grams stay within a token and mark its ends', () => {
    expect(gramsOf('ab')).toEqual(['ab', ' a', 'ab', 'b ', ' ab', 'ab ', ' ab ']);
  });

  test('an emoji is never cut in half', () => {
    expect(gramsOf('😀👍🏽').every((gram) => gram.isWellFormed())).toBe(true);
    expect(gramsOf('😀')).toEqual([' 😀', '😀 ', ' 😀 ']);
  });

  test('half of a surrogate pair becomes a replacement character', () => {
    expect(gramsOf('x\uD83D').join('')).toContain('\uFFFD');
  });

  test('text beyond the limit is not looked at', () => {
    expect(gramsOf('a '.repeat(MAX_READ_LENGTH))).toEqual(gramsOf('a '.repeat(MAX_READ_LENGTH / 2)));
  });
});

describe('TF-IDF', () => {
  test('weighs a term by (1 + ln tf) × (ln((1 + n) / (1 + df)) + 1), rows of length 1', () => {
    const encoder = fitTfidf(['aa aa bb', 'aa', 'bb', 'bb']);
    const { indices, values } = encoder.encode(['aa aa bb']);
    const byTerm = new Map(Array.from(indices, (feature, entry) => [encoder.terms[feature], values[entry]!]));
    const expected = ((1 + Math.log(2)) * (Math.log(5 / 3) + 1)) / (Math.log(5 / 4) + 1);
    expect(byTerm.get('w:aa')! / byTerm.get('w:bb')!).toBeCloseTo(expected, 5);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  test('the order of the texts does not change the vocabulary', () => {
    expect(fitTfidf(TEXTS.toReversed()).fingerprint).toBe(fitTfidf(TEXTS).fingerprint);
  });

  test('other texts give another fingerprint', () => {
    expect(fitTfidf([...TEXTS, 'card']).fingerprint).not.toBe(fitTfidf(TEXTS).fingerprint);
  });

  test('any text at all gives a row of length 1, or an empty one', () => {
    const encoder = fitTfidf(TEXTS);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { values } = encoder.encode([text]);
        const squares = values.reduce((sum, value) => sum + value * value, 0);
        expect(values.length === 0 ? 1 : squares).toBeCloseTo(1, 4);
      }),
    );
  });

  test('what it attributes to pieces of the text sums to the whole', () => {
    const encoder = fitTfidf(TEXTS);
    const random = seededRandom(1);
    const weights = Float64Array.from({ length: encoder.width }, () => random() - 0.5);
    const text = 'The card, the card! payment 😀';
    const { indices, values } = encoder.encode([text]);
    const whole = indices.reduce((sum, feature, entry) => sum + values[entry]! * weights[feature]!, 0);
    const pieces = encoder.attribute(text, (feature) => weights[feature]!);
    expect([...pieces.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(whole, 5);
    expect([...pieces.keys()]).toEqual(expect.arrayContaining(['card', 'the card', '😀']));
    expect([...pieces.keys()]).not.toContain('card,');
  });
});

describe('the sign projection', () => {
  const project = (texts: readonly string[], seed: number): Embedder => {
    const encoder = fitTfidf(texts);
    return fitSignProjection(encoder, encoder.encode(texts), seed);
  };

  test('gives vectors of length 1, and zeros for a text without known features', () => {
    const encoder = fitTfidf(TEXTS);
    const embedder = fitSignProjection(encoder, encoder.encode(TEXTS), 7);
    const embeddings = embedder.embed(encoder.encode(['card lost', '☂']));
    const length = (row: number): number =>
      Math.hypot(...embeddings.subarray(row * embedder.dimension, (row + 1) * embedder.dimension));
    expect(length(0)).toBeCloseTo(1, 5);
    expect(length(1)).toBe(0);
  });

  test('depends on terms and seed, not on their place in the vocabulary', () => {
    const small = fitTfidf(['zebra', 'zebra']);
    const large = fitTfidf(['zebra', 'zebra', 'aardvark', 'aardvark']);
    const signsOf = (encoder: ReturnType<typeof fitTfidf>, seed: number): readonly number[] =>
      Array.from(openSignProjection(encoder, seed, new Float32Array(128)).embed(encoder.encode(['zebra'])), (value) =>
        Math.round(value * 1e4),
      );
    expect(signsOf(large, 7)).toEqual(signsOf(small, 7));
    expect(signsOf(large, 8)).not.toEqual(signsOf(small, 7));
  });

  test('its space is named by what shapes the values, its family by all but the term weights', () => {
    const spaces = [project(TEXTS, 7), project(TEXTS, 8), project([...TEXTS, 'card'], 7)];
    expect(new Set(spaces.map(({ space }) => space)).size).toBe(3);
    expect(spaces[2]!.family).toBe(spaces[0]!.family);
    expect(spaces[1]!.family).not.toBe(spaces[0]!.family);
  });

  test('keeps cosines: texts that share words stay nearer than texts that do not', () => {
    const encoder = fitTfidf(TEXTS);
    const embedder = fitSignProjection(encoder, encoder.encode(TEXTS), 7);
    const embeddings = embedder.embed(encoder.encode(['my card was declined', 'card declined', 'überweisung fehlt']));
    const cosine = (left: number, right: number): number =>
      Array.from({ length: embedder.dimension }, (_, at) => embeddings[left * 128 + at]! * embeddings[right * 128 + at]!).reduce(
        (a, b) => a + b,
        0,
      );
    expect(cosine(0, 1)).toBeGreaterThan(cosine(0, 2) + 0.3);
  });
});

test('what redaction left in the text is no word of the customer', () => {
  expect(wordsOf(normaliseText('Write to [email], my [card] was charged'))).toEqual(['write', 'to', 'my', 'was', 'charged']);
});
