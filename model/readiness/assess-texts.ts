import { detectLanguage } from '../language/detect-language.ts';
import { MAX_READ_LENGTH, normaliseText, wordsOf } from '../grams.ts';
import type { Duplicates } from './near-duplicates.ts';

/** A text of fewer words says too little, most of the time. */
export const FEW_WORDS = 3;

/** What the texts are like, whatever their labels. */
export interface TextReadiness {
  readonly count: number;
  /** Texts of fewer than FEW_WORDS words. */
  readonly veryShort: number;
  /** Texts longer than what a model reads. */
  readonly veryLong: number;
  /** Texts that are the same as an earlier one but for case, signs and blanks. */
  readonly duplicates: number;
  /** … and those that nearly are. */
  readonly nearDuplicates: number;
  /** The largest groups of (near-)duplicates: how many, and the position of the first. */
  readonly largestGroups: readonly { readonly count: number; readonly first: number }[];
  /** By falling count; `unknown` where it cannot be told. */
  readonly languages: readonly { readonly language: string; readonly count: number }[];
}

const GROUPS_TOLD = 5;

export const assessTexts = (texts: readonly string[], { same, near }: Duplicates): TextReadiness => {
  const distinct = new Set(same).size;
  const groups = new Map<number, { count: number; readonly first: number }>();
  near.forEach((group, at) => {
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { count: 1, first: at });
    else known.count++;
  });
  const languages = Map.groupBy(texts, (text) => detectLanguage(text) ?? 'unknown');
  return {
    count: texts.length,
    veryShort: texts.filter((text) => wordsOf(normaliseText(text)).length < FEW_WORDS).length,
    veryLong: texts.filter((text) => text.length > MAX_READ_LENGTH).length,
    duplicates: texts.length - distinct,
    nearDuplicates: distinct - groups.size,
    largestGroups: [...groups.values()]
      .filter(({ count }) => count > 1)
      .sort((a, b) => b.count - a.count || a.first - b.first)
      .slice(0, GROUPS_TOLD),
    languages: [...languages].map(([language, { length }]) => ({ language, count: length })).sort((a, b) => b.count - a.count),
  };
};
