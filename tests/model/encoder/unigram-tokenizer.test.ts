import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unigramTokenizer } from '../../../model/encoder/unigram-tokenizer.ts';
import type { Piece } from '../../../model/encoder/unigram-tokenizer.ts';

const SPECIAL = Array.from({ length: 6 }, (_, at): Piece => [`<${at}>`, 0]);

const vocabulary: readonly Piece[] = [
  ...SPECIAL,
  ['▁', -4],
  ['a', -3],
  ['b', -3.5],
  ['c', -5],
  ['▁a', -3.2],
  ['ab', -4.4],
  ['▁ab', -6],
  ['bc', -6.1],
  ['abc', -9],
  ['😀', -7],
];
const tokenizer = unigramTokenizer(vocabulary);
const piecesOf = (text: string): readonly string[] => Array.from(tokenizer.encode(text), (token) => vocabulary[token]![0]);

/** The best total score of any split, by trying all of them. */
const bestScore = (spelled: string): number =>
  spelled === ''
    ? 0
    : Math.max(
        ...vocabulary
          .slice(SPECIAL.length)
          .filter(([text]) => spelled.startsWith(text))
          .map(([text, score]) => score + bestScore(spelled.slice(text.length))),
      );

describe('the unigram tokenizer', () => {
  test('splits a text into its most probable pieces', () => {
    expect(piecesOf('abc')).toEqual(['▁a', 'bc']);
    expect(piecesOf('ab cab')).toEqual(['▁ab', '▁', 'c', 'ab']);
  });

  test('finds a split as probable as any, and spells the text with it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', ' '), { maxLength: 10 }), (characters) => {
        const words = characters.join('').trim().replaceAll(/ +/gu, '▁');
        const spelled = words === '' ? '' : `▁${words}`;
        const pieces = piecesOf(characters.join(''));
        expect(pieces.join('')).toBe(spelled);
        const score = pieces.reduce((sum, piece) => sum + vocabulary.find(([text]) => text === piece)![1], 0);
        expect(score).toBeCloseTo(bestScore(spelled), 9);
      }),
    );
  });

  test('neighbouring characters without a piece are one unknown token', () => {
    expect(piecesOf('a日本c語')).toEqual(['▁a', '<0>', 'c', '<0>']);
  });

  test('a character of two UTF-16 units is one piece, or unknown as a whole', () => {
    expect(piecesOf('a😀')).toEqual(['▁a', '😀']);
    expect(piecesOf('a😁b')).toEqual(['▁a', '<0>', 'b']);
  });

  test('takes compatible characters for what they stand for', () => {
    expect(piecesOf('ａｂ')).toEqual(piecesOf('ab'));
  });

  test('takes every run of white space for one space, and none at the ends', () => {
    expect(piecesOf('\n a \t\r\n\u00A0 b ')).toEqual(piecesOf('a b'));
  });

  test('a text of nothing but white space has no tokens', () => {
    expect(piecesOf('')).toEqual([]);
    expect(piecesOf(' \n\t ')).toEqual([]);
  });

  test('a short text after a long one is not disturbed by it', () => {
    piecesOf('abc '.repeat(500));
    expect(piecesOf('abc')).toEqual(['▁a', 'bc']);
  });

  test('any text at all has an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const tokens = tokenizer.encode(text);
        expect(tokens.every((token) => token >= 0 && token < vocabulary.length)).toBe(true);
      }),
    );
  });

  test('a vocabulary of special pieces only is refused', () => {
    expect(() => unigramTokenizer(SPECIAL)).toThrow('The vocabulary has 6 pieces; it is no vocabulary.');
  });
});
