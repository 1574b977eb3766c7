import type { HeadReadiness } from './assess-head.ts';
import { FEW_TICKETS } from './assess-head.ts';
import type { Readiness } from './assess-readiness.ts';
import type { TextReadiness } from './assess-texts.ts';

const NAMED = 5;
/** Shares, 0..1, from which something is worth doing about. */
const MANY_DUPLICATES = 0.2;
const MANY_SHORT = 0.1;
const MANY_MISLABELLED = 0.02;
const MANY_UNLABELLED = 0.3;
/** Share of the tickets beyond the most frequent label that must be right, lest the texts say little. */
const LITTLE_GAIN = 0.1;
const WORTH_STARTING = 0.3;

/** What a person should do about the data, most telling first; sentences. */
export const adviseOn = ({ texts, heads }: Readiness): readonly string[] => [
  ...Object.entries(heads).flatMap(([name, head]) => adviseOnHead(name, head, texts.count)),
  ...adviseOnTexts(texts),
];

const adviseOnHead = (name: string, head: HeadReadiness, count: number): readonly string[] => {
  const { expected, tooSmall, overlaps, mislabelled, conflicts, unlabelled } = head;
  const advice: string[] = [];
  const telling = expected !== undefined && tellsLabels(expected) ? expected : undefined;
  if (expected === undefined)
    advice.push(`${name}: nothing can be learnt yet; it takes two labels with several different tickets each.`);
  else advice.push(adviceOnExpected(name, expected));
  if (tooSmall.length > 0)
    advice.push(
      `${name}: ${tooSmall.length === 1 ? '1 label has' : `${tooSmall.length} labels have`} fewer than ${FEW_TICKETS} tickets (${named(tooSmall.map(({ label, count }) => `${label}: ${count}`))}). Merge them into others, or collect more before they count.`,
    );
  // Where the texts tell little, what a model confuses tells less.
  for (const { labels, confused, share } of telling === undefined ? [] : overlaps.slice(0, 3))
    advice.push(
      `${name}: "${labels[0]}" and "${labels[1]}" are taken for each other (${confused} tickets, ${percent(share)}). Merge them, or agree on what tells them apart and label these anew.`,
    );
  if (telling !== undefined && mislabelled.length > telling.judged * MANY_MISLABELLED)
    advice.push(
      `${name}: ${mislabelled.length} tickets (${percent(mislabelled.length / telling.judged)}) may be mislabelled. Look through them, the clearest first: it is the cheapest way to a better model.`,
    );
  if (conflicts.length > 0)
    advice.push(
      `${name}: ${conflicts.length === 1 ? '1 text stands' : `${conflicts.length} texts stand`} there with different labels. Decide for one each; no model can get both right.`,
    );
  if (unlabelled > count * MANY_UNLABELLED)
    advice.push(
      `${name}: ${percent(unlabelled / count)} of the tickets have no label. They still serve as texts; labels would serve more.`,
    );
  return advice;
};

const adviceOnExpected = (name: string, expected: NonNullable<HeadReadiness['expected']>): string => {
  const { accuracy, coverageAt90, largestLabel } = expected;
  if (!tellsLabels(expected))
    return `${name}: the texts tell little of this label (${percent(accuracy.value)} right; always saying the most frequent label gives ${percent(largestLabel)}). Is it decided by something else than the text?`;
  const goes = `about ${percent(coverageAt90.value)} of the tickets could go by themselves with 90 % of them right`;
  return coverageAt90.value >= WORTH_STARTING
    ? `${name}: enough to start with; ${goes}.`
    : `${name}: too little to start with; ${goes}. More tickets, or fewer and clearer labels, raise that.`;
};

/** True where the texts tell more than which label is the most frequent. */
const tellsLabels = ({ accuracy, largestLabel }: NonNullable<HeadReadiness['expected']>): boolean =>
  accuracy.low >= largestLabel + (1 - largestLabel) * LITTLE_GAIN;

const adviseOnTexts = (texts: TextReadiness): readonly string[] => {
  const { count, duplicates, nearDuplicates, veryShort, veryLong } = texts;
  const advice: string[] = [];
  if (duplicates + nearDuplicates > count * MANY_DUPLICATES)
    advice.push(
      `${percent((duplicates + nearDuplicates) / count)} of the tickets repeat an earlier one, or nearly. Where a machine wrote them, a rule routes them better; leave them out of the training.`,
    );
  if (veryShort > count * MANY_SHORT)
    advice.push(
      `${percent(veryShort / count)} of the texts have fewer than three words. Add the subject or another column with --text, if there is one.`,
    );
  if (veryLong > 0)
    advice.push(
      `${veryLong === 1 ? '1 text is' : `${veryLong} texts are`} longer than what a model reads; only the beginning counts.`,
    );
  return advice;
};

const named = (names: readonly string[]): string =>
  names.length > NAMED ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more` : names.join(', ');

const percent = (share: number): string => `${Math.round(100 * share)} %`;
