import { tableText } from '../print-table.ts';
import { counted, shortened } from '../table/note.ts';
import { TRAINING_WINDOW_DAYS } from './understand-history.ts';
import type { Understanding, UnderstoodLabel } from './understanding.ts';
import { DEALT_DAYS } from './write-history.ts';

/** Labels of a head that are shown; the others are counted. */
const LABELS_SHOWN = 12;
const MOST_SAMPLE_CHARACTERS = 100;

/** What was understood of a file and what was refused, as a person reads it. */
export const understandingText = (understood: Understanding): string =>
  [
    `${understood.file}: ${counted(understood.rows, 'row')}, ${counted(understood.tickets, 'ticket')} to import`,
    section('columns', columnRows(understood)),
    section('tickets', ticketRows(understood)),
    ...Object.entries(understood.labels).map(([head, labels]) => section(`labels of ${head}`, labelRows(labels))),
    ...(understood.refused.length > 0 ? [section('refused', refusedRows(understood))] : []),
    section('the first tickets, as they will be kept', sampleRows(understood)),
  ].join('\n\n');

const section = (title: string, rows: readonly (readonly string[])[]): string => `${title}\n${tableText(rows)}`;

const columnRows = ({ columns }: Understanding): readonly (readonly string[])[] => [
  ['text', columns.text.join(', ')],
  ...Object.entries(columns.labels).map(([head, column]) => [head, column]),
  ['time', columns.time ?? `none: rows are dealt over the ${DEALT_DAYS} days before the file was written`],
  ['id', columns.id ?? 'none: rows are told apart by what is in them'],
];

const ticketRows = ({ window, repeatedIds, tooOld }: Understanding): readonly (readonly string[])[] => [
  ['from', window === undefined ? 'no times' : day(window.from)],
  ['to', window === undefined ? 'no times' : day(window.to)],
  ...(tooOld > 0
    ? [
        [
          'too old',
          `${counted(tooOld, 'ticket')} from before the last ${TRAINING_WINDOW_DAYS} days: kept, but training does not read them`,
        ],
      ]
    : []),
  ...(repeatedIds > 0
    ? [['same id', `${counted(repeatedIds, 'ticket')} with the id of an earlier row: of each id the latest time counts`]]
    : []),
];

const day = (time: string): string => time.slice(0, 10);

const labelRows = (labels: readonly UnderstoodLabel[]): readonly (readonly string[])[] => {
  const shown = labels
    .slice(0, LABELS_SHOWN)
    .map(({ label, tickets, today }) => [
      shortened(label),
      tickets.toLocaleString('en'),
      ...(today === label ? [] : [today === null ? 'retired: teaches nothing' : `today ${shortened(today)}`]),
    ]);
  const others = labels.slice(LABELS_SHOWN);
  if (others.length === 0) return shown;
  const tickets = others.reduce((sum, one) => sum + one.tickets, 0);
  return [...shown, [`${others.length} more`, tickets.toLocaleString('en')]];
};

const refusedRows = ({ refused }: Understanding): readonly (readonly string[])[] =>
  refused.map(({ count, what, rows, whatToDo }) => [
    count.toLocaleString('en'),
    `${count === 1 ? 'row' : 'rows'} ${what}`,
    `${count === 1 ? 'row' : 'rows'} ${rows.join(', ')}${count > rows.length ? ', …' : ''}`,
    `→ ${whatToDo}`,
  ]);

const sampleRows = ({ sample }: Understanding): readonly (readonly string[])[] =>
  sample.map(({ row, id, time, subject, body, labels }) => [
    `row ${row}`,
    shortened(id),
    time === undefined ? '' : time.slice(0, 16).replace('T', ' '),
    Object.values(labels).map(shortened).join(', '),
    oneLine([subject, body].filter((part) => part !== '').join(' · ')),
  ]);

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length > MOST_SAMPLE_CHARACTERS ? `${line.slice(0, MOST_SAMPLE_CHARACTERS - 1)}…` : line;
};
