import type { HeadEvaluation } from '../evaluate/evaluate-head.ts';
import { knowsLanguage } from '../language/knows-language.ts';
import type { HeadManifest, Manifest } from '../manifest.ts';
import { dataSection } from './data-section.ts';
import { counted, grouped, markdownTable, percent, plainText } from './markdown.ts';

const PAIRS_SHOWN = 10;
/** The numbers of a label that was judged by fewer tickets say little. */
const FEWEST_TICKETS = 10;

const SPLITS: Readonly<Record<string, string>> = {
  validation: 'validation tickets that it was not trained on',
  'held-out': 'a part of the training tickets, by a model that was trained on the others',
  'cross-validation': 'training tickets by cross-validation, and the validation tickets',
};

type Metrics = Readonly<Record<string, number | string>>;

/**
 * The card of a routing model in Markdown.
 * @param evaluations by head
 * @param pictures by head, the file that shows its calibration
 */
export const routingCard = (
  manifest: Omit<Manifest, 'files'>,
  evaluations: ReadonlyMap<string, HeadEvaluation>,
  pictures: ReadonlyMap<string, string>,
  encoderLanguages: readonly string[],
): string => {
  const heads = [...evaluations.keys()];
  const sections = heads.map((head) =>
    headSection(
      head,
      manifest.heads[head]!,
      manifest.metrics[head] ?? {},
      evaluations.get(head)!,
      pictures.get(head)!,
      encoderLanguages,
    ),
  );
  return `${[
    '# Routing model',
    `Gives the text of a ticket a label of each of these: ${heads
      .map((head) => `${plainText(head)} (${counted(manifest.heads[head]!.labels.length, 'label')})`)
      .join(', ')}; each with a probability, and says whether the text is like those that it was trained on.`,
    dataSection(manifest),
    ...sections,
    limits(evaluations),
  ].join('\n\n')}\n`;
};

const headSection = (
  head: string,
  manifest: HeadManifest,
  metrics: Metrics,
  evaluation: HeadEvaluation,
  picture: string,
  encoderLanguages: readonly string[],
): string =>
  [
    `## ${plainText(head)}`,
    `Judged by ${counted(evaluation.n, 'ticket')}: ${SPLITS[String(metrics['split'])] ?? plainText(String(metrics['split']))}. ` +
      'The calibration and the thresholds were chosen on the same tickets, so new ones will fare a little worse.',
    qualityTable(manifest, metrics, evaluation),
    '### Calibration',
    `![Share that was right against probability](${picture})`,
    calibrationTable(evaluation),
    '### Most often confused',
    confusedTable(evaluation),
    '### Labels',
    labelTable(evaluation),
    leftOutSentence(manifest),
    '### Languages',
    languageTable(evaluation, encoderLanguages),
  ].join('\n\n');

const qualityTable = (manifest: HeadManifest, metrics: Metrics, evaluation: HeadEvaluation): string => {
  const { accuracy, macroF1, ece, eceIfCalibrated, brier, aurc, coverageAt95 } = evaluation;
  const { targetAccuracy, coverage } = metrics;
  return markdownTable(
    ['Measure', 'Value', 'Means'],
    [
      ['Accuracy', percent(accuracy), 'tickets with the right label'],
      ['Macro-F1', percent(macroF1), 'the same with every label counted alike'],
      ...(typeof targetAccuracy === 'number' && typeof coverage === 'number'
        ? [
            [
              `Automated at ${percent(targetAccuracy)}`,
              percent(coverage),
              `tickets at or above the threshold ${manifest.threshold.toFixed(3)}; at least that share of them is right`,
            ],
          ]
        : []),
      ['Automated at 95.0 %', percent(coverageAt95), `the same with the threshold ${manifest.thresholdAt95.toFixed(3)}`],
      [
        'ECE',
        percent(ece),
        `how far probabilities are off; honest ones show ${percent(eceIfCalibrated.low)} to ${percent(eceIfCalibrated.high)} by chance`,
      ],
      ['Brier score', brier.toFixed(4), '0 is best, 2 is worst'],
      ['AURC', aurc.toFixed(4), 'error rate averaged over all shares that could be automated; 0 is best'],
    ],
  );
};

const calibrationTable = ({ reliabilityBins }: HeadEvaluation): string =>
  markdownTable(
    ['Probability', 'Tickets', 'Mean probability', 'Right'],
    reliabilityBins
      .filter(({ count }) => count > 0)
      .map(({ from, to, count, meanProbability, accuracy }) => [
        `${percent(from)} to ${percent(to)}`,
        grouped(count),
        percent(meanProbability),
        percent(accuracy),
      ]),
  );

const confusedTable = ({ confusedPairs, labels }: HeadEvaluation): string =>
  confusedPairs.length === 0
    ? 'None: every ticket got its right label.'
    : markdownTable(
        ['Right label', 'Taken for', 'Tickets', 'Of the right label'],
        confusedPairs
          .slice(0, PAIRS_SHOWN)
          .map(({ actual, predicted, count, share }) => [
            plainText(labels[actual]!),
            plainText(labels[predicted]!),
            grouped(count),
            percent(share),
          ]),
      );

const labelTable = ({ labelQualities, labels, knownLabelCount }: HeadEvaluation): string => {
  const judged = new Map(labelQualities.map((quality) => [quality.label, quality]));
  return markdownTable(
    ['Label', 'Tickets', 'Found', 'Right when given', 'F1'],
    labels.slice(0, knownLabelCount).map((name, label) => {
      const quality = judged.get(label);
      return quality === undefined
        ? [plainText(name), '0', '–', '–', '–']
        : [
            plainText(name),
            grouped(quality.support),
            quality.support === 0 ? '–' : percent(quality.recall),
            percent(quality.precision),
            percent(quality.f1),
          ];
    }),
  );
};

const leftOutSentence = ({ leftOut }: HeadManifest): string => {
  const names = Object.keys(leftOut);
  return names.length === 0
    ? 'No label was left out.'
    : `Left out for too few tickets, so never given: ${names.map((name) => `${plainText(name)} (${leftOut[name]})`).join(', ')}.`;
};

const languageTable = ({ languageQualities }: HeadEvaluation, encoderLanguages: readonly string[]): string =>
  languageQualities.length === 0
    ? 'Not known: the tickets do not say their language, and it cannot be told from their texts.'
    : `${markdownTable(
        ['Language', 'Tickets', 'Accuracy', 'Judged by'],
        languageQualities.map(({ language, n, accuracy }) => [
          language === undefined ? 'cannot be told' : plainText(language),
          grouped(n),
          percent(accuracy),
          knowsLanguage(encoderLanguages, language) ? 'words, letters and the encoder' : 'words and letters alone',
        ]),
      )}\n\nA text whose language the encoder does not know is judged by its words and letters alone.`;

const limits = (evaluations: ReadonlyMap<string, HeadEvaluation>): string => {
  const scarce = Array.from(evaluations, ([head, { labelQualities, knownLabelCount }]) => {
    const enough = labelQualities.filter(({ label, support }) => label < knownLabelCount && support >= FEWEST_TICKETS).length;
    return { head, count: knownLabelCount - enough };
  }).filter(({ count }) => count > 0);
  return [
    '## Limits',
    '',
    '- What people chose counts as right here; their mistakes are learned, and count against the model where it does better.',
    '- Matters that arose after the window are not known to it. A text that is unlike the training tickets is marked as not known, but how well that works was not measured in training: `signalbox evaluate --out-of-scope` does.',
    '- The probabilities hold for tickets like these. Where the mix of tickets shifts, they have to be measured anew.',
    ...scarce.map(
      ({ head, count }) =>
        `- ${counted(count, 'label')} of ${plainText(head)} ${count === 1 ? 'was' : 'were'} judged by fewer than ${FEWEST_TICKETS} tickets: the numbers of ${count === 1 ? 'that label' : 'those labels'} say little.`,
    ),
    '- Words and pieces of words, ids and labels of the training tickets are stored in the model, and numbers that say what each was about. It belongs where the tickets may be.',
  ].join('\n');
};
