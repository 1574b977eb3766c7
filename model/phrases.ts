import { EMPTY_WORDS } from './empty-words.ts';
import { normaliseText, wordsOf } from './grams.ts';
import { byCodeUnits } from './random.ts';
import type { NameGroups } from './stages.ts';

const LONGEST_PHRASE = 3;
const PHRASES = 3;
/** Longer phrases say more at the same share. */
const LENGTH_BONUS = [1, 1.4, 1.6];

/**
 * Names groups by class-based TF-IDF (Grootendorst 2022, "BERTopic") over 1-3 word phrases: share of the group's texts × idf over
 * all texts × purity (share of the phrase's texts that are in the group) × a bonus for length. A phrase whose words are contained
 * in those of a better one is dropped. The first phrase of a group is unique. Phrases of one text only name nothing, so a group may have none.
 * @param groups group of each text, -1 for none
 * @returns at most three phrases a group, best first
 */
export const nameByPhrases: NameGroups = (texts, groups, groupCount) => {
  const textsWith = new Map<string, number>();
  const inGroup = Array.from({ length: groupCount }, () => new Map<string, number>());
  const sizes = new Int32Array(groupCount);
  texts.forEach((text, position) => {
    const group = groups[position]!;
    if (group !== -1) sizes[group]!++;
    for (const phrase of phrasesOf(text)) {
      textsWith.set(phrase, (textsWith.get(phrase) ?? 0) + 1);
      const counts = inGroup[group];
      if (counts !== undefined) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    }
  });
  const taken = new Set<string>();
  return inGroup.map((counts, group) => {
    const scored = [...counts]
      .filter(([, count]) => count > 1 || sizes[group] === 1)
      .map(([phrase, count]) => {
        const share = count / sizes[group]!;
        const everywhere = textsWith.get(phrase)!;
        const length = phrase.split(' ').length;
        const score = share * Math.log(1 + texts.length / everywhere) * (count / everywhere) * LENGTH_BONUS[length - 1]!;
        return { phrase, score };
      })
      .sort((a, b) => b.score - a.score || byCodeUnits(a.phrase, b.phrase));
    const chosen: string[] = [];
    for (const { phrase } of scored) {
      if (chosen.length === PHRASES) break;
      if (chosen.length === 0 && taken.has(phrase)) continue;
      if (!chosen.some((better) => overlaps(phrase, better))) chosen.push(phrase);
    }
    if (chosen[0] !== undefined) taken.add(chosen[0]);
    return chosen;
  });
};

const phrasesOf = (text: string): ReadonlySet<string> => {
  const words = wordsOf(normaliseText(text));
  const phrases = new Set<string>();
  for (let start = 0; start < words.length; start++) {
    if (EMPTY_WORDS.has(words[start]!)) continue;
    for (let size = 1; size <= LONGEST_PHRASE && start + size <= words.length; size++)
      if (!EMPTY_WORDS.has(words[start + size - 1]!)) phrases.add(words.slice(start, start + size).join(' '));
  }
  return phrases;
};

/** Whether one phrase's words are all in the other. */
const overlaps = (phrase: string, other: string): boolean => {
  const left = phrase.split(' ');
  const right = other.split(' ');
  return left.every((word) => right.includes(word)) || right.every((word) => left.includes(word));
};
