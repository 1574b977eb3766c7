import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinPhrases } from '../../model/explain-phrases.ts';

const joined = (...words: readonly (readonly [token: string, contribution: number])[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    joinPhrases(
      words.map(([token]) => token),
      Float64Array.from(words, ([, contribution]) => contribution),
    ).map(({ feature, contribution }) => [feature, contribution]),
  );

describe('words become phrases', () => {
  test('where neighbours pull the same way, each with some weight', () => {
    expect(joined(['my', 0.1], ['card', 1], ['arrived', 0.5], ['not', -0.75])).toEqual({
      my: 0.1,
      'card arrived': 1.5,
      not: -0.75,
    });
  });

  test('but not across the end of a sentence or a bracket', () => {
    expect(joined(['refund.', 1], ['card', 1], ['(lost)', 1], ['twice', 1])).toEqual({ refund: 1, card: 1, lost: 1, twice: 1 });
  });

  test('of three words at most', () => {
    expect(joined(['a', 1], ['b', 1], ['c', 1], ['d', 1], ['e', 1])).toEqual({ 'a b c': 3, 'd e': 2 });
  });

  test('and the same words at several places are one piece', () => {
    expect(joined(['card,', 1], ['not', -2], ['card', 0.5])).toEqual({ card: 1.5, not: -2 });
  });

  test('whose contributions add up to those of the words', () => {
    const word = fc.tuple(fc.constantFrom('card', 'lost.', '(my', '😀', '...'), fc.double({ min: -5, max: 5, noNaN: true }));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const total = Object.values(joined(...words)).reduce((sum, value) => sum + value, 0);
        expect(total).toBeCloseTo(
          words.reduce((sum, [, value]) => sum + value, 0),
          9,
        );
      }),
    );
  });
});
