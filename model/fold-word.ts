/** What is left of a word has at least this many letters. */
const SHORTEST_STEM = 3;
const PLURAL = /(?<=[^su])s$/u;
const CONSONANT_Y = /(?<=[^aeiouäöü])(?:y|ies|ied)$/u;
const ENDING = /(?:ing|ed|en|e)$/u;
const DOUBLED = /([bdglmnprt])\1$/u;

/**
 * A word without its commonest endings, so that forms of one word count as one: charge, charges, charged, charging; Karte, Karten.
 * Plural s, then one of ing, ed, en, e; y and ie become i; a doubled consonant is written once. Other words may fall together, rarely.
 * @param word lower-cased
 */
export const foldWord = (word: string): string => {
  const steps: readonly (readonly [ending: RegExp, instead: string])[] = [
    [CONSONANT_Y, 'i'],
    [PLURAL, ''],
    [ENDING, ''],
    [DOUBLED, '$1'],
  ];
  return steps.reduce((stem, [ending, instead]) => {
    const shorter = stem.replace(ending, instead);
    return shorter.length >= SHORTEST_STEM ? shorter : stem;
  }, word);
};
