import { languageName } from '../../core/language/language-name.ts';
import type { HeadReadiness } from '../../model/readiness/assess-head.ts';
import type { Readiness } from '../../model/readiness/assess-readiness.ts';
import type { Estimate } from '../../model/readiness/intervals.ts';
import { percent, tableText } from '../print-table.ts';
import { counted, listed, shortened } from '../table/note.ts';
import type { Tickets } from '../table/read-tickets.ts';

const LABELS_TOLD = 12;
const SUSPECTS_TOLD = 10;
const CONFLICTS_TOLD = 3;

export const readinessText = (
  { texts, heads }: Readiness,
  tickets: Tickets,
  advice: readonly string[],
  seconds: number,
): string => {
  const { report } = tickets;
  const shareOf = (count: number, of: number): string => `${count.toLocaleString('en')} (${percent(of === 0 ? 0 : count / of)})`;
  const languages = texts.languages
    .slice(0, 5)
    .map(
      ({ language, count }) =>
        `${language === 'unknown' ? 'cannot be told' : languageName(language)} ${percent(count / texts.count, 0)}`,
    );
  return [
    `${counted(report.rows, 'row')} in ${report.file}, ${counted(texts.count, 'ticket')} with text, looked through in ${seconds.toFixed(1)} s.`,
    '',
    tableText([
      ['without text', shareOf(report.emptyTexts, report.rows)],
      ['fewer than three words', shareOf(texts.veryShort, texts.count)],
      ['longer than a model reads', shareOf(texts.veryLong, texts.count)],
      ['the same as an earlier one', shareOf(texts.duplicates, texts.count)],
      ['nearly the same', shareOf(texts.nearDuplicates, texts.count)],
    ]),
    `  languages, as guessed: ${languages.join(', ')}`,
    ...texts.largestGroups
      .filter(({ count }) => count > 2)
      .slice(0, 2)
      .map(
        ({ count, first }) =>
          `  ${count} tickets are nearly the same as row ${tickets.rows[first]}: "${shortened(tickets.texts[first]!)}"`,
      ),
    ...Object.entries(heads).flatMap(([name, head]) => ['', ...headText(name, head, tickets)]),
    '',
    'What to do',
    ...advice.map((sentence) => `  - ${sentence}`),
  ].join('\n');
};

const headText = (name: string, head: HeadReadiness, { rows, texts }: Tickets): readonly string[] => {
  const { labels, expected, mislabelled, conflicts, overlaps } = head;
  const told = labels.slice(0, LABELS_TOLD).map(({ label, count }) => `${label} ${count.toLocaleString('en')}`);
  const lines = [
    `${name}: ${counted(labels.length, 'label')}${head.unlabelled > 0 ? `, ${counted(head.unlabelled, 'ticket')} without one` : ''}`,
    `  ${told.join(', ')}${labels.length > LABELS_TOLD ? ` and ${labels.length - LABELS_TOLD} more` : ''}`,
  ];
  if (expected !== undefined) {
    const { accuracy, coverageAt90, coverageAt95, macroF1, largestLabel, judged } = expected;
    lines.push(
      '  expected, by five-fold cross-validation of a simple model (a trained one does better more often than not):',
      tableText([
        ['  right', ...interval(accuracy)],
        ['  mean over the labels (macro-F1)', percent(macroF1)],
        ['  always saying the most frequent label', percent(largestLabel)],
        ['  by itself, with 90 % of these right', ...interval(coverageAt90)],
        ['  by itself, with 95 % of these right', ...interval(coverageAt95)],
        ['  tickets judged', judged.toLocaleString('en')],
      ]),
    );
  }
  for (const { labels: pair, confused, share } of overlaps.slice(0, 5))
    lines.push(`  taken for each other: ${listed(pair)} (${counted(confused, 'ticket')}, ${percent(share, 0)})`);
  for (const { positions, labels: given } of conflicts.slice(0, CONFLICTS_TOLD))
    lines.push(
      `  same text, different labels: rows ${positions
        .slice(0, 5)
        .map((at) => rows[at])
        .join(', ')} (${listed(given, 4)})`,
    );
  if (mislabelled.length > 0) {
    lines.push(
      `  may be mislabelled: ${counted(mislabelled.length, 'ticket')}${mislabelled.length > SUSPECTS_TOLD ? `, the clearest ${SUSPECTS_TOLD}` : ''}`,
    );
    for (const { at, given, suggested, probability } of mislabelled.slice(0, SUSPECTS_TOLD))
      lines.push(
        `    row ${rows[at]}: ${given}, rather ${suggested} (${percent(probability, 0)} sure)  "${shortened(texts[at]!)}"`,
      );
  }
  return lines;
};

/** A value and, as a second cell, its 95 % interval. */
const interval = ({ value, low, high }: Estimate): readonly string[] => [percent(value), `(${percent(low)} to ${percent(high)})`];
