import { EMPTY_WORDS, NEGATIONS, PARTICLES } from './empty-words.ts';
import { foldWord } from './fold-word.ts';
import { normaliseText, wordsOf } from './grams.ts';
import { byCodeUnits } from './random.ts';
import type { NameGroups } from './stages.ts';

const LONGEST_PHRASE = 4;
const PHRASES = 3;
/** Texts of a group whose phrases are looked at: more say the same. */
const READ_OF_GROUP = 400;
/** Phrases of a group that are compared with all texts, and that may be joined in pairs. */
const MOST_CANDIDATES = 60;
const MOST_PAIRED = 12;
/** A name fits where its words are in this share of the group's texts, and in less than the other of all others. */
const NAMED_AT_LEAST = 0.5;
const ELSEWHERE_BELOW = 0.1;
/** Longer phrases say more at the same share. */
const LENGTH_BONUS = [1, 1.6, 1.9, 2];
/** A number of an order, a parcel, a device: letters of it name nothing. */
const CODE = /(?<![\p{L}\p{N}])\p{L}{1,5}-\p{N}{3,}/gu;
/** Between two phrases that are one name. */
const AND = ' · ';

/** A run of words of real texts, as most of them write it. */
interface Phrase {
  readonly text: string;
  /** Folded words that say something. */
  readonly stems: readonly string[];
  /** Texts of those read that have it. */
  readonly count: number;
}

interface Candidate extends Phrase {
  /** Of the group's texts that have all its words, 0..1. */
  readonly share: number;
  readonly fits: boolean;
  readonly score: number;
}

/**
 * Names groups by runs of 1-4 words of their texts that begin and end with a word that says something. A phrase's score is the share of
 * the group's texts that have all its words (folded, in any order) × idf over all texts × purity × a bonus for length (class-based
 * TF-IDF, Grootendorst 2022, "BERTopic", on phrases). One of several words that fits (half of the group's texts, under a tenth of the
 * others) comes before two phrases that do so together, then one word that does, then two that most texts have one of. The first phrase of a group is
 * unique. Phrases of one text only name nothing, so a group may have none.
 * @param groups group of each text, -1 for none
 * @returns at most three phrases a group, the name first
 */
export const nameByPhrases: NameGroups = (texts, groups, groupCount) => {
  const members = Array.from({ length: groupCount }, (): number[] => []);
  groups.forEach((group, text) => members[group]?.push(text));
  const phrases = members.map((own) => frequentPhrases(own, texts));
  const index = indexStems(texts, new Set(phrases.flatMap((own) => own.flatMap(({ stems }) => stems))));
  const taken = new Set<string>();
  return members.map((own, group) => {
    const candidates = phrases[group]!.map((phrase) =>
      weigh(phrase, own.length, texts.length, countOf(index, phrase.stems, groups, group)),
    ).sort(byScore);
    const pairs = pairsOf(candidates.filter(({ stems }) => stems.length <= 2).slice(0, MOST_PAIRED)).map((pair) =>
      weigh(pair, own.length, texts.length, countOf(index, pair.stems, groups, group)),
    );
    const name = chooseName(candidates, pairs, taken);
    if (name === undefined) return [];
    taken.add(name.text);
    const chosen = [name];
    for (const candidate of candidates) {
      if (chosen.length === PHRASES) break;
      if (!chosen.some((better) => overlaps(candidate, better))) chosen.push(candidate);
    }
    return chosen.map(({ text }) => text);
  });
};

const chooseName = (
  candidates: readonly Candidate[],
  pairs: readonly Candidate[],
  taken: ReadonlySet<string>,
): Candidate | undefined => {
  const free = candidates.filter(({ text }) => !taken.has(text));
  const best = (among: readonly Candidate[]): Candidate | undefined =>
    among.filter(({ fits, text }) => fits && !taken.has(text)).toSorted(byScore)[0];
  return best(free.filter(({ text }) => text.includes(' '))) ?? best(pairs) ?? best(free) ?? mostSaid(free);
};

/** Where nothing fits: what most texts have of what is telling, and the next phrase beside it. */
const mostSaid = (candidates: readonly Candidate[]): Candidate | undefined => {
  const ranked = candidates.toSorted((one, other) => other.share * other.score - one.share * one.score || byScore(one, other));
  const first = ranked[0];
  const second = ranked.find((other) => first !== undefined && !first.stems.some((stem) => other.stems.includes(stem)));
  return first === undefined || second === undefined
    ? first
    : { ...first, text: `${first.text}${AND}${second.text}`, stems: [...first.stems, ...second.stems] };
};

const byScore = (one: Candidate, other: Candidate): number => other.score - one.score || byCodeUnits(one.text, other.text);

/** @param counts texts with all the phrase's words: in the group, and everywhere */
const weigh = (
  phrase: Phrase,
  size: number,
  total: number,
  counts: { readonly inside: number; readonly everywhere: number },
): Candidate => {
  const { inside, everywhere } = counts;
  const share = inside / Math.max(1, size);
  const elsewhere = (everywhere - inside) / Math.max(1, total - size);
  const bonus = LENGTH_BONUS[Math.min(LONGEST_PHRASE, phrase.text.split(' ').length) - 1]!;
  return {
    ...phrase,
    share,
    fits: share >= NAMED_AT_LEAST && elsewhere < ELSEWHERE_BELOW,
    score: share * Math.log(1 + total / Math.max(1, everywhere)) * (inside / Math.max(1, everywhere)) * bonus,
  };
};

/** Two phrases with no word in common. */
const pairsOf = (phrases: readonly Candidate[]): readonly Phrase[] =>
  phrases.flatMap((one, at) =>
    phrases.slice(at + 1).flatMap((other) =>
      one.stems.some((stem) => other.stems.includes(stem))
        ? []
        : [
            {
              text: `${one.text}${AND}${other.text}`,
              stems: [...one.stems, ...other.stems],
              count: Math.min(one.count, other.count),
            },
          ],
    ),
  );

/** Phrases of more than one text (of one, where there is one only), the most telling by count and length first. */
const frequentPhrases = (members: readonly number[], texts: readonly string[]): readonly Phrase[] => {
  const readCount = Math.min(members.length, READ_OF_GROUP);
  const read = Array.from({ length: readCount }, (_, at) => members[Math.floor((at * members.length) / readCount)]!);
  const written = new Map<string, { count: number; readonly forms: Map<string, number>; readonly stems: readonly string[] }>();
  for (const position of read) {
    for (const [key, { text, stems }] of phrasesOf(texts[position]!)) {
      const known = written.get(key) ?? { count: 0, forms: new Map<string, number>(), stems };
      known.count++;
      known.forms.set(text, (known.forms.get(text) ?? 0) + 1);
      written.set(key, known);
    }
  }
  return [...written]
    .filter(([, { count }]) => count > 1 || members.length === 1)
    .map(([key, { count, forms, stems }]) => ({ key, count, forms, stems }))
    .sort(
      (one, other) =>
        other.count * Math.sqrt(other.stems.length) - one.count * Math.sqrt(one.stems.length) || byCodeUnits(one.key, other.key),
    )
    .slice(0, MOST_CANDIDATES)
    .map(({ count, forms, stems }) => ({ text: mostUsed(forms), stems, count }));
};

const mostUsed = (forms: ReadonlyMap<string, number>): string =>
  [...forms].reduce((best, form) =>
    form[1] > best[1] || (form[1] === best[1] && byCodeUnits(form[0], best[0]) < 0) ? form : best,
  )[0];

/** The phrases of a text by their folded words. */
const phrasesOf = (text: string): ReadonlyMap<string, { readonly text: string; readonly stems: readonly string[] }> => {
  const words = wordsOf(normaliseText(text).replaceAll(CODE, ' '));
  const folded = words.map(foldWord);
  const phrases = new Map<string, { readonly text: string; readonly stems: readonly string[] }>();
  for (let start = 0; start < words.length; start++) {
    const negated = NEGATIONS.has(words[start]!);
    if (EMPTY_WORDS.has(words[start]!) && !negated) continue;
    for (let end = start + 1; end <= Math.min(words.length, start + LONGEST_PHRASE); end++) {
      const last = words[end - 1]!;
      const particle = PARTICLES.has(last) && end - start > 1 && !EMPTY_WORDS.has(words[end - 2]!);
      if (!particle && (EMPTY_WORDS.has(last) || NEGATIONS.has(last))) continue;
      const key = folded.slice(start, end).join(' ');
      const stems = folded.slice(start, end).filter((_, at) => !EMPTY_WORDS.has(words[start + at]!));
      if (!phrases.has(key)) phrases.set(key, { text: words.slice(start, end).join(' '), stems: [...new Set(stems)] });
    }
  }
  return phrases;
};

/** Texts that have each of the wanted stems, ascending. */
const indexStems = (texts: readonly string[], wanted: ReadonlySet<string>): ReadonlyMap<string, readonly number[]> => {
  const index = new Map<string, number[]>();
  const folds = new Map<string, string>();
  texts.forEach((text, position) => {
    for (const word of wordsOf(normaliseText(text))) {
      const stem = folds.get(word) ?? foldWord(word);
      folds.set(word, stem);
      if (!wanted.has(stem)) continue;
      const positions = index.get(stem) ?? [];
      if (positions.at(-1) !== position) positions.push(position);
      index.set(stem, positions);
    }
  });
  return index;
};

/** Texts that have all of the stems: in the group, and everywhere. */
const countOf = (
  index: ReadonlyMap<string, readonly number[]>,
  stems: readonly string[],
  groups: Int32Array,
  group: number,
): { readonly inside: number; readonly everywhere: number } => {
  const lists = stems.map((stem) => index.get(stem) ?? []).toSorted((one, other) => one.length - other.length);
  const both = lists.slice(1).reduce<readonly number[]>((left, list) => intersect(left, list), lists[0] ?? []);
  return { inside: both.filter((text) => groups[text] === group).length, everywhere: both.length };
};

/** Of two ascending lists. */
const intersect = (left: readonly number[], right: readonly number[]): readonly number[] => {
  const both: number[] = [];
  let at = 0;
  for (const value of left) {
    while (at < right.length && right[at]! < value) at++;
    if (right[at] === value) both.push(value);
  }
  return both;
};

/** Whether one phrase's words are all in the other. */
const overlaps = (one: Phrase, other: Phrase): boolean =>
  one.stems.every((stem) => other.stems.includes(stem)) || other.stems.every((stem) => one.stems.includes(stem));
