/** Text beyond this many UTF-16 units is not looked at: what a ticket is about stands at its beginning. */
export const MAX_READ_LENGTH = 20_000;
const SHORTEST_GRAM = 2;
const LONGEST_GRAM = 5;
const SPACES = /\s+/u;
const WORD = /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*(?:'[\p{L}\p{M}]+)*/gu;
const AROUND_TOKEN = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
// Without the flag u: with it, halves of a whole pair do not match.
const SURROGATE = /[\uD800-\uDFFF]/;

export type GramKind = 'word' | 'character';

/**
 * Called for every occurrence of a gram.
 * @param first position of the token that it stands in, or begins in where it is a pair of words; see tokensOf
 * @param last position of the token that a pair ends in; `first` for all else
 */
export type VisitGram = (kind: GramKind, gram: string, first: number, last: number) => void;

/** What redaction leaves in place of an address, a number or a secret: a form of our own, not the customer's words. */
const REDACTED = /\[(?:email|phone|card|account|secret)\]/gi;

/** Without a letter or a digit there is nothing that could be learned from. */
const MEANINGFUL = /[\p{L}\p{N}]/u;

/** What is read of a text: at most MAX_READ_LENGTH of it, lone surrogates replaced, redacted parts left out. */
const readPart = (text: string): string => text.slice(0, MAX_READ_LENGTH).toWellFormed().replaceAll(REDACTED, ' ');

/** What is read of a text, lower-cased in Unicode's compatibility form, with one kind of apostrophe. */
export const normaliseText = (text: string): string => readPart(text).normalize('NFKC').toLowerCase().replaceAll('’', "'");

/** What a neural encoder reads: the text as it is written; empty where no letter or digit is in it. Its tokens are those of the normalised text. */
export const readableText = (text: string): string => {
  const readable = readPart(text);
  return MEANINGFUL.test(readable) ? readable : '';
};

/** The pieces of normalised text that white space separates. */
export const tokensOf = (normalised: string): readonly string[] => normalised.split(SPACES).filter((token) => token !== '');

/** The words of normalised text in their order; single characters are left out. */
export const wordsOf = (normalised: string): readonly string[] =>
  (normalised.match(WORD) ?? []).filter((word) => word.length > 1);

/** A token without the punctuation around it; the token itself where nothing else is in it (an emoji, a row of dots). */
export const readableToken = (token: string): string => token.replace(AROUND_TOKEN, '') || token;

/**
 * Visits words, pairs of neighbouring words, and the 2-5 character grams within each token (a space marks its ends).
 * @returns the tokens
 */
export const visitGrams = (text: string, visit: VisitGram): readonly string[] => {
  const tokens = tokensOf(normaliseText(text));
  visitWords(tokens, (gram, first, last) => visit('word', gram, first, last));
  for (const [at, token] of tokens.entries()) visitCharacterGrams(token, (gram) => visit('character', gram, at, at));
  return tokens;
};

/** Visits words and pairs of neighbouring words. @param visit see VisitGram */
export const visitWords = (tokens: readonly string[], visit: (gram: string, first: number, last: number) => void): void => {
  let previous = '';
  let previousAt = -1;
  for (const [at, token] of tokens.entries())
    for (const word of wordsOf(token)) {
      visit(word, at, at);
      if (previousAt !== -1) visit(`${previous} ${word}`, previousAt, at);
      [previous, previousAt] = [word, at];
    }
};

/** Visits the 2-5 character grams of a token. */
export const visitCharacterGrams = (token: string, visit: (gram: string) => void): void => {
  const padded = ` ${token} `;
  if (SURROGATE.test(padded)) {
    // Characters outside the basic plane (emoji) must not be cut in half: half of one cannot be written to the vocabulary.
    const characters = Array.from(padded);
    for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++)
      for (let start = 0; start + size <= characters.length; start++) visit(characters.slice(start, start + size).join(''));
    return;
  }
  for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++)
    for (let start = 0; start + size <= padded.length; start++) visit(padded.slice(start, start + size));
};
