import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../model/bytes.ts';
import { MAX_READ_LENGTH, normaliseText, visitGrams, wordsOf } from '../../model/grams.ts';
import { seededRandom } from '../../model/random.ts';
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
    const vectorizer = fitTfidf(['aa aa bb', 'aa', 'bb', 'bb']);
    const { indices, values } = vectorizer.vectorize(['aa aa bb']);
    const words = linesOf(vectorizer.files().get('words.txt')!);
    const byTerm = new Map(Array.from(indices, (feature, entry) => [words[feature], values[entry]!]));
    const expected = ((1 + Math.log(2)) * (Math.log(5 / 3) + 1)) / (Math.log(5 / 4) + 1);
    expect(byTerm.get('aa')! / byTerm.get('bb')!).toBeCloseTo(expected, 5);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  test('the order of the texts does not change the vocabulary', () => {
    expect(fitTfidf(TEXTS.toReversed()).files()).toEqual(fitTfidf(TEXTS).files());
  });

  test('other texts give another vocabulary or other weights', () => {
    expect(fitTfidf([...TEXTS, 'card']).files()).not.toEqual(fitTfidf(TEXTS).files());
  });

  test('any text at all gives a row of length 1, or an empty one', () => {
    const vectorizer = fitTfidf(TEXTS);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { values } = vectorizer.vectorize([text]);
        const squares = values.reduce((sum, value) => sum + value * value, 0);
        expect(values.length === 0 ? 1 : squares).toBeCloseTo(1, 4);
      }),
    );
  });

  test('what it attributes to the tokens of the text sums to the whole', () => {
    const vectorizer = fitTfidf(TEXTS);
    const random = seededRandom(1);
    const weights = Float64Array.from({ length: vectorizer.width }, () => random() - 0.5);
    const text = 'The card, the card! payment 😀';
    const { indices, values } = vectorizer.vectorize([text]);
    const whole = indices.reduce((sum, feature, entry) => sum + values[entry]! * weights[feature]!, 0);
    const { tokens, attribute } = vectorizer.dissect(text);
    expect(tokens).toEqual(['the', 'card,', 'the', 'card!', 'payment', '😀']);
    const shares = attribute((feature) => weights[feature]!);
    expect(shares).toHaveLength(tokens.length);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(whole, 5);
  });

  test('a dissected text has the row that it is vectorized to', () => {
    const vectorizer = fitTfidf(TEXTS);
    const { indices, values } = vectorizer.vectorize(['the card, the card, 😀 lost']);
    const { row } = vectorizer.dissect('the card, the card, 😀 lost');
    expect([...row.keys()]).toEqual([...indices]);
    expect(Float32Array.from(row.values())).toEqual(values);
  });

  test('attributes a word to its token, and a pair of words to the tokens of both, also where a single character stands between', () => {
    const vectorizer = fitTfidf(['card lost', 'card lost', 'other']);
    const words = linesOf(vectorizer.files().get('words.txt')!);
    const sharesOf = (word: string): readonly number[] => [
      ...vectorizer.dissect('card I lost').attribute((feature) => (words[feature] === word ? 1 : 0)),
    ];
    const [first, between, last] = sharesOf('card lost');
    expect(first).toBeGreaterThan(0);
    expect(first).toBe(last);
    expect(between).toBe(0);
    expect(sharesOf('lost').slice(0, 2)).toEqual([0, 0]);
  });
});

test('what redaction left in the text is no word of the customer', () => {
  expect(wordsOf(normaliseText('Write to [email], my [card] was charged'))).toEqual(['write', 'to', 'my', 'was', 'charged']);
});
