/** Words that hardly any text of a language is without, and that few other languages have. */
const COMMON_WORDS: Readonly<Record<string, string>> = {
  en: 'the and is you my to of it not with have was for this are please when what how',
  de: 'ich und nicht ist das die der mein meine mit auf ein eine wie bitte habe für zu es',
  fr: 'je le la les et est pas mon ma vous une des pour mais avec que bonjour ai',
  es: 'el la los que no es mi una por para con pero como está hola tengo y del',
  it: 'il che non è mio mia una per con come ho gli della sono buongiorno ma di',
  nl: 'ik het een niet van mijn en dat voor maar wat heb met zijn hoe je',
  pt: 'o que não é meu minha uma por para com mas como os está olá tenho do eu',
};
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Cyrillic', /\p{Script=Cyrillic}/gu],
  ['Greek', /\p{Script=Greek}/gu],
  ['Arabic', /\p{Script=Arabic}/gu],
  ['Hebrew', /\p{Script=Hebrew}/gu],
  ['Japanese', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['Korean', /\p{Script=Hangul}/gu],
  ['Chinese', /\p{Script=Han}/gu],
];
const FEWEST_WORDS = 2;
const LOOKED_AT = 2_000;

const languagesOf = new Map<string, string[]>();
for (const [language, words] of Object.entries(COMMON_WORDS))
  for (const word of words.split(' ')) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);

/**
 * A guess at a text's language by its script or its commonest words: good enough to tell a share, not to route by.
 * @returns a code of ISO 639-1 or the name of a script; undefined where it cannot be told, as of very short texts
 */
export const guessLanguage = (text: string): string | undefined => {
  const looked = text.slice(0, LOOKED_AT).toLowerCase();
  const letters = looked.match(/\p{L}/gu)?.length ?? 0;
  for (const [script, pattern] of SCRIPTS) if ((looked.match(pattern)?.length ?? 0) > letters / 4) return script;
  const hits = new Map<string, number>();
  for (const word of looked.match(/[\p{L}\p{M}]+/gu) ?? [])
    for (const language of languagesOf.get(word) ?? []) hits.set(language, (hits.get(language) ?? 0) + 1);
  const [first, second] = [...hits].sort(([, left], [, right]) => right - left);
  return first !== undefined && first[1] >= FEWEST_WORDS && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
};
