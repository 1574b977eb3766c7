import { modelText } from '../event/ticket.ts';
import type { CarriedText } from '../contracts/bus-event.ts';

const PHRASES = 3;
const LONGEST_PHRASE = 3;
/** A longer phrase says more at the same share. */
const LENGTH_BONUS = [1, 1.3, 1.5];
/** Share of the group's tickets that a phrase stands in at least. */
const LEAST_SHARE = 0.2;
/** How many times as often as among the others its first and last word stand there, at least: words that everybody writes name nothing. */
const LEAST_LIFT = 2;
/** One ticket that has the phrase and one that has not are added to the others. */
const SMOOTHING = 2;
/** Where there are fewer others to compare with, short words are taken for such as everybody writes. */
const FEW_OTHERS = 20;
const SHORT_WORD = 4;

/** What redaction left in place of an address or a number. */
const REDACTED = /\[(?:email|phone|card|account|secret)\]/g;
const WORD = /[\p{L}\p{N}]+(?:[-'’.][\p{L}\p{N}]+)*/gu;

/**
 * Names a group of tickets by phrases of one to three words that stand in many of them and in few others: share × logarithm of how
 * many times as often (smoothed by one ticket), as class-based TF-IDF weighs (Grootendorst 2022, "BERTopic"). A phrase is written as
 * most tickets write it; one whose words another names already is left out.
 * @param others tickets of the same hours that do not belong to the group
 * @returns at most three, the best first; none where the tickets share no words of their own
 */
export const nameGroup = (group: readonly CarriedText[], others: readonly CarriedText[]): readonly string[] => {
  const inGroup = countPhrases(group);
  const elsewhere = countPhrases(others);
  const shareOf = (phrase: string): number => (inGroup.get(phrase)?.count ?? 0) / Math.max(1, group.length);
  const liftOf = (phrase: string): number =>
    shareOf(phrase) / (((elsewhere.get(phrase)?.count ?? 0) + 1) / (others.length + SMOOTHING));
  const isTelling = (word: string): boolean =>
    others.length < FEW_OTHERS ? word.length > SHORT_WORD || /\p{N}/u.test(word) : liftOf(word) >= LEAST_LIFT;
  const scored = [...inGroup]
    .filter(([phrase, { count }]) => {
      const words = phrase.split(' ');
      return count > 1 && shareOf(phrase) >= LEAST_SHARE && isTelling(words[0]!) && isTelling(words.at(-1)!);
    })
    .map(([phrase, { written }]) => ({
      phrase,
      score: shareOf(phrase) * Math.log2(liftOf(phrase)) * LENGTH_BONUS[phrase.split(' ').length - 1]!,
      written: mostFrequent(written),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.phrase < b.phrase ? -1 : 1));
  const chosen: (typeof scored)[number][] = [];
  for (const one of scored) {
    if (chosen.length === PHRASES) break;
    if (!chosen.some(({ phrase }) => overlap(phrase, one.phrase))) chosen.push(one);
  }
  return chosen.map(({ written }) => written);
};

interface Counted {
  count: number;
  /** As it is written → in how many tickets. */
  readonly written: Map<string, number>;
}

const countPhrases = (texts: readonly CarriedText[]): ReadonlyMap<string, Counted> => {
  const counts = new Map<string, Counted>();
  for (const text of texts) {
    const seen = new Set<string>();
    for (const written of phrasesOf(text)) {
      const phrase = written.toLowerCase();
      if (seen.has(phrase)) continue;
      seen.add(phrase);
      const counted = counts.get(phrase) ?? { count: 0, written: new Map<string, number>() };
      counted.count += 1;
      counted.written.set(written, (counted.written.get(written) ?? 0) + 1);
      counts.set(phrase, counted);
    }
  }
  return counts;
};

const phrasesOf = (text: CarriedText): readonly string[] =>
  // A phrase does not go beyond its line.
  modelText(text)
    .normalize('NFKC')
    .replaceAll(REDACTED, '\n')
    .split(/\n|[.!?;:]+(?:\s|$)/u)
    .flatMap((sentence) => {
      const words = sentence.match(WORD) ?? [];
      return words.flatMap((_, start) =>
        Array.from({ length: Math.min(LONGEST_PHRASE, words.length - start) }, (__, more) =>
          words.slice(start, start + more + 1).join(' '),
        ),
      );
    });

const mostFrequent = (written: ReadonlyMap<string, number>): string =>
  [...written].toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))[0]![0];

/** Whether one phrase's words are all in the other. */
const overlap = (phrase: string, other: string): boolean => {
  const [left, right] = [phrase.split(' '), other.split(' ')];
  return left.every((word) => right.includes(word)) || right.every((word) => left.includes(word));
};
