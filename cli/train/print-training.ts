import type { Manifest } from '../../model/manifest.ts';
import { percent, tableText } from '../print-table.ts';
import { counted, listed } from '../table/note.ts';
import type { TicketsReport } from '../table/read-tickets.ts';

/** What a training printed with --json. */
export interface TrainingSummary {
  readonly out: string;
  readonly read: TicketsReport;
  readonly validationRead?: TicketsReport;
  readonly seed: number;
  readonly encoder: Manifest['encoder'];
  /** Head → number of labels, labels with too few tickets, threshold, and the metrics of its validation. */
  readonly heads: Readonly<Record<string, HeadSummary>>;
  readonly seconds: number;
  readonly artifact: { readonly files: number; readonly bytes: number; readonly sha256: string };
}

export interface HeadSummary {
  readonly labels: number;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly threshold: number;
  readonly [metric: string]: number | string | Readonly<Record<string, number>> | undefined;
}

const SPLITS: Readonly<Record<string, string>> = {
  validation: 'the validation tickets',
  'held-out': 'tickets held out from the training',
  'cross-validation': 'five-fold cross-validation',
};

export const trainingText = (summary: TrainingSummary): string => {
  const { read, heads, artifact } = summary;
  const rows = Object.entries(heads).map(([name, head]) => [
    name,
    String(head.labels),
    share(head['accuracy']),
    share(head['macroF1']),
    share(head['ece']),
    share(head['coverage']),
    share(head['accuracyOfAutomated']),
    typeof head['count'] === 'number' ? head['count'].toLocaleString('en') : '–',
  ]);
  const splits = [...new Set(Object.values(heads).map((head) => splitText(head['split'])))];
  const leftOut = Object.entries(heads).flatMap(([name, head]) => {
    const labels = Object.keys(head.leftOut);
    return labels.length === 0
      ? []
      : [`  ${name}: ${counted(labels.length, 'label')} left out for too few tickets: ${listed(labels, 5)}`];
  });
  return [
    `Trained on ${counted(read.tickets, 'ticket')} in ${summary.seconds.toFixed(1)} s.`,
    '',
    tableText([['head', 'labels', 'accuracy', 'macro-F1', 'ECE', 'by itself', 'right of these', 'judged on'], ...rows]),
    ...(leftOut.length > 0 ? ['', ...leftOut] : []),
    '',
    `Measured by ${splits.join(' and ')}. "By itself" is the share that is sure enough to go without a person.`,
    `The model is in ${summary.out}: ${(artifact.bytes / 1e6).toFixed(1)} MB, SHA-256 ${artifact.sha256.slice(0, 16)}….`,
  ].join('\n');
};

const splitText = (split: unknown): string => (typeof split === 'string' ? (SPLITS[split] ?? split) : 'held-out tickets');

const share = (value: unknown): string => (typeof value === 'number' ? percent(value) : '–');
