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
 * Called for every occurrence of a gram. `token` is the white-space separated piece of text that a character gram stands in;
 * for words and pairs of words it is the gram itself.
 */
export type VisitGram = (kind: GramKind, gram: string, token: string) => void;

/** What redaction leaves in place of an address, a number or a secret: a form of our own, not the customer's words. */
const REDACTED = /\[(?:email|phone|card|account|secret)\]/g;

/** Without a letter or a digit there is nothing that could be learned from. */
const MEANINGFUL = /[\p{L}\p{N}]/u;

/** Lower-cased text in Unicode's compatibility form, lone surrogates replaced, one kind of apostrophe, redacted parts left out, at most MAX_READ_LENGTH. */
export const normaliseText = (text: string): string =>
  text.slice(0, MAX_READ_LENGTH).toWellFormed().normalize('NFKC').toLowerCase().replaceAll('’', "'").replaceAll(REDACTED, ' ');

/** What a neural encoder reads: the text as it is written, redacted parts left out; empty where no letter or digit is left. */
export const readableText = (text: string): string => {
  const readable = text.slice(0, MAX_READ_LENGTH).toWellFormed().replaceAll(REDACTED, ' ');
  return MEANINGFUL.test(readable) ? readable : '';
};

/** The words of normalised text in their order; single characters are left out. */
export const wordsOf = (normalised: string): readonly string[] =>
  (normalised.match(WORD) ?? []).filter((word) => word.length > 1);

/** A token without the punctuation around it; the token itself where nothing else is in it (an emoji, a row of dots). */
export const readableToken = (token: string): string => token.replace(AROUND_TOKEN, '') || token;

/** Visits words, pairs of neighbouring words, and the 2-5 character grams within each token (a space marks its ends). */
export const visitGrams = (text: string, visit: VisitGram): void => {
  const normalised = normaliseText(text);
  let previous: string | undefined;
  for (const word of wordsOf(normalised)) {
    visit('word', word, word);
    if (previous !== undefined) visit('word', `${previous} ${word}`, `${previous} ${word}`);
    previous = word;
  }
  for (const token of normalised.split(SPACES)) if (token !== '') visitCharacterGrams(token, visit);
};

const visitCharacterGrams = (token: string, visit: VisitGram): void => {
  const padded = ` ${token} `;
  if (SURROGATE.test(padded)) {
    // Characters outside the basic plane (emoji) must not be cut in half: half of one cannot be written to the vocabulary.
    const characters = Array.from(padded);
    for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++)
      for (let start = 0; start + size <= characters.length; start++)
        visit('character', characters.slice(start, start + size).join(''), token);
    return;
  }
  for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++)
    for (let start = 0; start + size <= padded.length; start++) visit('character', padded.slice(start, start + size), token);
};
