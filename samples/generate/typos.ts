import type { Random } from '../../model/random.ts';
import { chance, pick } from './draw.ts';

/** Neighbours on a British keyboard. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  a: 'sq',
  b: 'vn',
  c: 'xv',
  d: 'sf',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'bm',
  o: 'ip',
  p: 'o',
  q: 'w',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  x: 'zc',
  y: 'tu',
  z: 'x',
};

const slip = (word: string, random: Random): string => {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const letter = word[at]!;
  switch (pick(random, ['swap', 'drop', 'double', 'neighbour'] as const)) {
    case 'swap':
      return `${word.slice(0, at)}${word[at + 1]}${letter}${word.slice(at + 2)}`;
    case 'drop':
      return `${word.slice(0, at)}${word.slice(at + 1)}`;
    case 'double':
      return `${word.slice(0, at)}${letter}${letter}${word.slice(at + 1)}`;
    case 'neighbour':
      return `${word.slice(0, at)}${pick(random, (NEIGHBOURS[letter] ?? letter).split(''))}${word.slice(at + 1)}`;
  }
};

/** Words of four and more small letters slip; names, numbers, addresses and codes stay as they are. */
const PLAIN_WORD = /(?<![\p{L}\p{N}@._-])[a-z]{4,}(?![\p{L}\p{N}@_-]|\.\w)/gu;

/**
 * Types a text with slips of the finger: letters swapped, left out, doubled, or taken from the next key.
 * @param share of the words that slip, 0..1
 */
export const withTypos = (text: string, share: number, random: Random): string =>
  share === 0 ? text : text.replaceAll(PLAIN_WORD, (word) => (chance(random, share) ? slip(word, random) : word));

const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/\bplease\b/gi, 'pls'],
  [/\bbecause\b/gi, 'bc'],
  [/\byou\b/gi, 'u'],
  [/\band\b/gi, '&'],
  [/\bthanks\b/gi, 'thx'],
  [/\bI'm\b/gi, 'im'],
];

/** A word that begins with a capital and is no abbreviation or number. */
const MIXED_WORD = /(?<![\p{L}\p{N}-])\p{Lu}(?:\p{L}*\p{Ll}\p{L}*|(?![\p{L}\p{N}-]))/gu;

/** As people type in a chat window: small letters, no apostrophes, seldom a full stop, and now and then a short form. */
export const asChat = (text: string, random: Random): string => {
  const capitals = chance(random, 0.25);
  const plain = capitals ? text : text.replaceAll(MIXED_WORD, (word) => word.toLowerCase());
  const apostrophes = chance(random, 0.3) ? plain : plain.replaceAll(/(?<=\p{L})'(?=\p{L})/gu, '');
  const shortened = SHORT_FORMS.reduce(
    (words, [long, short]) => (chance(random, 0.18) ? words.replaceAll(long, short) : words),
    apostrophes,
  );
  return chance(random, 0.6) ? shortened.replace(/\.$/, '') : shortened;
};
