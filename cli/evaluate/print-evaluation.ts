import type { HeadEvaluation } from '../../model/evaluate/evaluate-head.ts';
import { percent } from '../print-table.ts';
import { counted, listed } from '../table/note.ts';
import type { ModelEvaluation, ScopeEvaluation } from './evaluate-model.ts';

/** From this n on, being off by 2 % is little, whatever chance would allow. */
const MANY = 3_000;
const LITTLE = 0.02;
const PAIRS_SHOWN = 5;
const LABELS_SHOWN = 5;
/** A label is not called weak for fewer tickets than this. */
const FEWEST_TICKETS = 5;

type Line = readonly [name: string, value: string];

/** Numbers by head, for programs. */
export const evaluationJson = ({ heads, outOfScope }: ModelEvaluation): Readonly<Record<string, unknown>> => ({
  heads: Object.fromEntries(
    Array.from(heads, ([head, { n, accuracy, macroF1, ece, eceIfCalibrated, brier, coverageAt95, aurc }]) => [
      head,
      { n, accuracy, macroF1, ece, eceIfCalibrated, brier, coverageAt95, aurc },
    ]),
  ),
  outOfScope:
    outOfScope === undefined
      ? null
      : { auroc: outOfScope.auroc, inScopeAccuracy: outOfScope.inScopeAccuracy, recall: outOfScope.recall },
});

/** The same in words, for the people who answer the tickets. */
export const evaluationText = ({ heads, outOfScope }: ModelEvaluation): string => {
  const [judge] = heads.keys();
  const parts = [
    ...Array.from(heads, ([head, evaluation]) => ({ title: head, lines: headLines(evaluation) })),
    ...(outOfScope === undefined
      ? []
      : [{ title: `out of scope${heads.size > 1 ? `, judged by ${judge}` : ''}`, lines: scopeLines(outOfScope) }]),
  ];
  const width = Math.max(...parts.flatMap(({ lines }) => lines.map(([name]) => name.length))) + 2;
  return parts
    .map(({ title, lines }) => [title, ...lines.map(([name, value]) => `  ${name.padEnd(width)}${value}`.trimEnd())].join('\n'))
    .join('\n\n');
};

const headLines = (evaluation: HeadEvaluation): readonly Line[] => {
  const { n, accuracy, macroF1, coverageAt95, accuracyAt95, labels, knownLabelCount, unknownLabelCount } = evaluation;
  return [
    ['right label', `${percent(accuracy)} of ${counted(n, 'ticket')}`],
    ['… every label counted alike', `${percent(macroF1)} (macro-F1)`],
    [
      'can be automated',
      coverageAt95 === 0
        ? 'nothing: no ticket was as certain as 95 % right takes'
        : `${percent(coverageAt95)} of the tickets; of these ${percent(accuracyAt95)} are right, where 95 % was aimed at`,
    ],
    ['probabilities', honesty(evaluation)],
    ['order by certainty', `AURC ${evaluation.aurc.toFixed(4)}, Brier ${evaluation.brier.toFixed(4)} (0 is best)`],
    ...pairLines(evaluation),
    ...weakLines(evaluation),
    ...(unknownLabelCount > 0
      ? [
          [
            'labels unknown to the model',
            `${counted(unknownLabelCount, 'ticket')}, all counted as errors: ${listed(labels.slice(knownLabelCount), 10)}`,
          ] as const,
        ]
      : []),
  ];
};

const honesty = ({ n, ece, eceIfCalibrated }: HeadEvaluation): string => {
  const { low, high } = eceIfCalibrated;
  const verdict =
    ece <= high
      ? 'as honest as can be told'
      : n >= MANY && ece <= LITTLE
        ? 'nearly honest'
        : 'not honest: do not rely on them as they are';
  return `off by ${percent(ece)} on average (ECE); chance alone gives ${percent(low)} to ${percent(high)}: ${verdict}`;
};

/** Tickets with labels that the model does not know stand on a line of their own. */
const pairLines = ({ confusedPairs, labels, labelQualities, knownLabelCount }: HeadEvaluation): readonly Line[] => {
  const support = new Map(labelQualities.map((quality) => [quality.label, quality.support]));
  return confusedPairs
    .filter(({ actual }) => actual < knownLabelCount)
    .slice(0, PAIRS_SHOWN)
    .map(({ actual, predicted, count }, index) => [
      index === 0 ? 'most often confused' : '',
      `${labels[actual]} taken for ${labels[predicted]}: ${count} of ${support.get(actual)}`,
    ]);
};

const weakLines = ({ labelQualities, labels, knownLabelCount }: HeadEvaluation): readonly Line[] =>
  labelQualities
    .filter(({ label, support }) => support >= FEWEST_TICKETS && label < knownLabelCount)
    .toSorted((a, b) => a.f1 - b.f1)
    .filter(({ f1 }) => f1 < 1)
    .slice(0, LABELS_SHOWN)
    .map(({ label, precision, recall, support }, index) => [
      index === 0 ? 'weakest labels' : '',
      `${labels[label]}: ${percent(recall)} of its ${support} found, ${percent(precision)} of its predictions right`,
    ]);

const scopeLines = ({ n, auroc, inScopeAccuracy, recall }: ScopeEvaluation): readonly Line[] => [
  ['recognised as out of scope', `${percent(recall)} of ${counted(n, 'text')}`],
  ['in scope, accepted and right', `${percent(inScopeAccuracy)} (a ticket that is rejected counts as an error)`],
  ['told apart', `AUROC ${auroc.toFixed(4)} (1 is best, .5 is chance)`],
];
