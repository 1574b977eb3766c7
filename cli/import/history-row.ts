import { hash } from 'node:crypto';
import { hasWords } from '../../core/event/ticket.ts';
import { parseTime } from '../table/parse-times.ts';
import type { TimeOrder } from '../table/parse-times.ts';
import { shortened } from '../table/note.ts';
import type { TableRow } from '../table/table-row.ts';
import type { HistoryColumns } from './choose-columns.ts';
import type { RefusalReason } from './refusals.ts';

/** A ticket of the past as a row tells of it, not redacted yet. */
export interface HistoryTicket {
  readonly number: number;
  readonly ticketId: string;
  /** Stands for the row as it is: the same row has it again whenever it is imported. */
  readonly eventId: string;
  /** ISO 8601 in UTC; undefined for a file without times. */
  readonly time: string | undefined;
  /** Where the row falls (0 ≤ x < 1) in a span over which rows without times are dealt: by what is in it, whatever their order. */
  readonly dealt: number;
  /** False where the text named no zone, and UTC was taken. */
  readonly zoned: boolean;
  readonly subject: string;
  readonly body: string;
  /** Head → label as it stands; blank ones left out. */
  readonly labels: Readonly<Record<string, string>>;
}

export type ExaminedRow =
  | { readonly kind: 'ticket'; readonly ticket: HistoryTicket }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string };

/** Columns in the order in which rows give their cells. */
export const columnsInOrder = ({ text, labels, time, id }: HistoryColumns): readonly string[] => [
  ...text,
  ...Object.values(labels),
  ...[time, id].filter((column) => column !== undefined),
];

/** As the event contract has it. */
const MOST_ID_CHARACTERS = 200;
const MOST_ID_BYTES = 300;
const MOST_LABEL_CHARACTERS = 200;
/** Clocks and time zones differ; a ticket of tomorrow is a mistake. */
const MOST_AHEAD_MS = 86_400_000;
/** Hexadecimal digits of the hash that stands for a row. */
const ROW_HASH_DIGITS = 24;
const DEALT_DIGITS = 8;

/** Makes tickets of a file's rows. */
export const rowExaminer = (columns: HistoryColumns, order: TimeOrder, nowMs: number): ((row: TableRow) => ExaminedRow) => {
  const heads = Object.keys(columns.labels);
  const texts = columns.text.length;
  const timeAt = texts + heads.length;
  const idAt = timeAt + (columns.time === undefined ? 0 : 1);
  return ({ number, cells }) => {
    const [subject, body] = subjectAndBody(cells.slice(0, texts));
    if (!hasWords({ subject, body })) return refused('no-text', '');
    const given = heads.map((head, at): readonly [string, string] => [head, cells[texts + at]!.trim()]);
    const labels = given.filter(([, label]) => label !== '');
    if (labels.length === 0) return refused('no-label', '');
    const long = labels.find(([, label]) => label.length > MOST_LABEL_CHARACTERS);
    if (long !== undefined) return refused('long-label', shortened(long[1]));
    const timeText = columns.time === undefined ? undefined : cells[timeAt]!.trim();
    if (timeText === '') return refused('no-time', '');
    const time = timeText === undefined ? undefined : parseTime(timeText, order);
    if (timeText !== undefined && time === undefined) return refused('unreadable-time', shortened(timeText));
    if (time !== undefined && Date.parse(time.iso) > nowMs + MOST_AHEAD_MS) return refused('future-time', shortened(timeText!));
    const rowHash = hash('sha256', JSON.stringify(cells), 'hex').slice(0, ROW_HASH_DIGITS);
    const ticketId = columns.id === undefined ? `row-${rowHash}` : cells[idAt]!.trim();
    if (ticketId === '') return refused('no-id', '');
    if (ticketId.length > MOST_ID_CHARACTERS || Buffer.byteLength(ticketId) > MOST_ID_BYTES)
      return refused('long-id', shortened(ticketId));
    return {
      kind: 'ticket',
      ticket: {
        number,
        ticketId,
        eventId: `imported#${ticketId}#${rowHash}`,
        time: time?.iso,
        dealt: Number.parseInt(rowHash.slice(0, DEALT_DIGITS), 16) / 16 ** DEALT_DIGITS,
        zoned: time?.zoned !== false,
        subject,
        body,
        labels: Object.fromEntries(labels),
      },
    };
  };
};

const refused = (reason: RefusalReason, detail: string): ExaminedRow => ({ kind: 'refused', reason, detail });

/** The first of several columns is the subject; blank ones of the others are left out. */
const subjectAndBody = (cells: readonly string[]): readonly [string, string] =>
  cells.length === 1
    ? ['', cells[0]!]
    : [
        cells[0]!,
        cells
          .slice(1)
          .filter((cell) => cell.trim() !== '')
          .join('\n'),
      ];
