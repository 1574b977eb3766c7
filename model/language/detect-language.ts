import { COMMON_WORDS } from './common-words.ts';

/** Scripts that tell a language by themselves, or at least that it is none written in Latin letters. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['und-Cyrl', /\p{Script=Cyrillic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['und-Arab', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['und-Deva', /\p{Script=Devanagari}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
];
/** No letter from here on belongs to the Latin script, but for few that hardly any text has. */
const BEYOND_LATIN = /[\u0370-\u1DFF\u2E80-\uFFEF]/u;
/** Letters looked at; the rest of a long text is hardly in another language, and a look is to cost microseconds. */
const LOOKED_AT = 800;
/** Addresses and paths are in no language. */
const NO_WORDS = /\S*[\\/@_]\S*/gu;
const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)?/gu;
/** So many different common words that English does not have are to be in a text of another language; one is chance, a name, or a slip. */
const FEWEST_WORDS = 2;
/** A text in another language than English has so many times as many of its words as of English ones. */
const MARGIN = 2;

const LANGUAGES = Object.keys(COMMON_WORDS);
const ENGLISH = LANGUAGES.indexOf('en');
const languagesOf = new Map<string, number[]>();
for (const [language, words] of Object.values(COMMON_WORDS).entries())
  for (const word of new Set(words.split(' '))) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);

/**
 * The language that a text is written in, by its script or its commonest words. Cautious: what is short, mixed, or made of names and
 * numbers cannot be told, and English is not taken for another language.
 * @returns a language tag (BCP 47): a language such as `de`, or `und-` and a script that several languages are written in; undefined where
 *   it cannot be told
 */
export const detectLanguage = (text: string): string | undefined => {
  const looked = text.slice(0, LOOKED_AT).toLowerCase();
  if (BEYOND_LATIN.test(looked)) {
    const letters = looked.match(/\p{L}/gu)?.length ?? 0;
    for (const [script, pattern] of SCRIPTS) if ((looked.match(pattern)?.length ?? 0) > letters / 4) return script;
  }
  const hits = LANGUAGES.map(() => 0);
  const distinct = LANGUAGES.map(() => 0);
  const seen = new Set<string>();
  for (const word of looked.replaceAll(NO_WORDS, ' ').replaceAll('’', "'").match(WORD) ?? []) {
    const languages = languagesOf.get(word);
    if (languages === undefined) continue;
    const first = !seen.has(word);
    seen.add(word);
    const alsoEnglish = languages[0] === ENGLISH;
    for (const language of languages) {
      hits[language]!++;
      if (first && (language === ENGLISH || !alsoEnglish)) distinct[language]!++;
    }
  }
  let best = 0;
  for (let at = 1; at < hits.length; at++) if (hits[at]! > hits[best]!) best = at;
  const most = hits[best]!;
  if (distinct[best]! < FEWEST_WORDS || hits.some((count, at) => at !== best && count === most)) return undefined;
  return best === ENGLISH || most >= MARGIN * hits[ENGLISH]! ? LANGUAGES[best] : undefined;
};
