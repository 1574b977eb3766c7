import { joinSpellings, tidyLabel } from '../../core/labels/join-spellings.ts';
import type { LabelMap } from '../../core/labels/label-map.ts';
import { redact } from '../../core/event/redact.ts';
import { counted, listed } from '../table/note.ts';
import type { Note } from '../table/note.ts';
import { shownOrder } from '../table/parse-times.ts';
import type { TimeOrder } from '../table/parse-times.ts';
import { UserError } from '../user-error.ts';
import type { HistoryFile } from './history-file.ts';
import { columnsInOrder, rowExaminer } from './history-row.ts';
import type { HistoryTicket } from './history-row.ts';
import { countRefusals } from './refusals.ts';
import type { RefusedRow } from './refusals.ts';
import { seenKeys } from './seen-keys.ts';
import type { SampleTicket, Understanding, UnderstoodLabel } from './understanding.ts';
import { emptyNotes, refuseAsWhole } from './whole-file-mistakes.ts';

export interface UnderstandOptions {
  readonly labels: LabelMap;
  readonly nowMs: number;
  readonly onRows: (rows: number) => void;
  /** Is told of every refused row; begun anew where the file has to be read again. */
  readonly refused?: { readonly begin: () => Promise<void>; readonly add: (row: RefusedRow) => Promise<void> };
  readonly signal?: AbortSignal;
}

/** A training reads a year of the event log by event time. */
export const TRAINING_WINDOW_DAYS = 365;
const DAY_MS = 86_400_000;
/** More different labels are texts, not labels; it also bounds the memory. */
const MOST_LABELS = 2_000;
const SAMPLES = 3;
const ROWS_BETWEEN_REPORTS = 1_000;

/**
 * Reads a file of past tickets once, row by row, and says what it holds; nothing of the tickets is kept but counts and a few samples.
 * @throws UserError saying what is wrong with the file as a whole and what to do
 */
export const understandHistory = async (history: HistoryFile, options: UnderstandOptions): Promise<Understanding> => {
  // Nearly every file shows its order within the first rows, or has no such dates.
  const first = await readOnce(history, options, 'month-first');
  if (first.kind === 'understood') return first.understanding;
  const second = await readOnce(history, options, first.order);
  if (second.kind === 'understood') return second.understanding;
  throw new UserError(`${history.file} changed while it was read; read it again when nobody writes it.`);
};

type ReadOnce =
  | { readonly kind: 'understood'; readonly understanding: Understanding }
  /** The dates between slashes turned out to be written the other way round. */
  | { readonly kind: 'other-order'; readonly order: TimeOrder };

const readOnce = async (history: HistoryFile, options: UnderstandOptions, order: TimeOrder): Promise<ReadOnce> => {
  const { file, columns } = history;
  const { labels: map, nowMs, onRows, refused, signal } = options;
  const notes: Note[] = [];
  const refusals = countRefusals();
  const heads = Object.keys(columns.labels);
  const counts = new Map(heads.map((head) => [head, new Map<string, number>()]));
  const timeAt = columns.time === undefined ? -1 : columnsInOrder(columns).length - (columns.id === undefined ? 1 : 2);
  const examine = rowExaminer(columns, order, nowMs);
  const seen = seenKeys();
  const sample: HistoryTicket[] = [];
  const shown: Partial<Record<TimeOrder | 'either', string>> = {};
  const at = { rows: 0, tickets: 0, repeatedIds: 0, tooOld: 0, withoutZone: 0, from: '', to: '' };
  const leftOut: RefusedRow[] = [];

  const refuse = async (row: RefusedRow): Promise<void> => {
    at.rows++;
    refusals.add(row);
    await refused?.add(row);
  };
  await refused?.begin();
  for await (const row of history.rows(
    (note) => notes.push(note),
    (one) => leftOut.push(one),
  )) {
    for (const one of leftOut.splice(0)) await refuse(one);
    if (timeAt !== -1) {
      const dated = shownOrder(row.cells[timeAt]!);
      if (dated !== undefined) shown[dated] ??= row.cells[timeAt]!;
    }
    const examined = examine(row);
    if (examined.kind === 'refused') await refuse({ number: row.number, ...examined });
    else {
      at.rows++;
      take(examined.ticket);
    }
    if (at.rows % ROWS_BETWEEN_REPORTS === 0) {
      signal?.throwIfAborted();
      onRows(at.rows);
    }
  }
  for (const one of leftOut.splice(0)) await refuse(one);

  function take(ticket: HistoryTicket): void {
    at.tickets++;
    if (!seen.add(ticket.ticketId)) at.repeatedIds++;
    if (sample.length < SAMPLES) sample.push(ticket);
    if (ticket.time !== undefined) {
      if (at.from === '' || ticket.time < at.from) at.from = ticket.time;
      if (ticket.time > at.to) at.to = ticket.time;
      if (!ticket.zoned) at.withoutZone++;
      if (Date.parse(ticket.time) < nowMs - TRAINING_WINDOW_DAYS * DAY_MS) at.tooOld++;
    }
    for (const [head, label] of Object.entries(ticket.labels)) {
      const ofHead = counts.get(head)!;
      ofHead.set(label, (ofHead.get(label) ?? 0) + 1);
      if (ofHead.size > MOST_LABELS)
        throw new UserError(
          `${file} has more than ${MOST_LABELS.toLocaleString('en')} different labels of ${head} in "${columns.labels[head]}": these are texts or ids; name another column with --label ${head}=COLUMN.`,
        );
    }
  }

  const evidence = shown['day-first'] ?? shown['month-first'] ?? shown.either;
  if (evidence !== undefined && (shown['day-first'] === undefined) === (shown['month-first'] === undefined))
    throw new UserError(
      `${file}: it cannot be told whether day or month comes first in "${columns.time}" (such as ${shown.either ?? evidence}); write times as 2026-12-31T18:05:00Z.`,
    );
  const right: TimeOrder = shown['day-first'] === undefined ? 'month-first' : 'day-first';
  if (evidence !== undefined && right !== order) return { kind: 'other-order', order: right };

  if (at.rows === 0) throw new UserError(`${file} holds no rows of tickets.`);
  const list = refusals.list();
  refuseAsWhole(history, at, list);
  const nameOf: Record<string, ReadonlyMap<string, string>> = {};
  const labels = heads.map((head): [string, UnderstoodLabel[]] => {
    const ofHead = counts.get(head)!;
    const { nameOf: spelled, joined } = joinSpellings(ofHead, map.named(head));
    nameOf[head] = new Map(Array.from(spelled, ([label, name]) => [label, tidyLabel(name)]));
    for (const { name, others } of joined)
      notes.push({
        level: 'note',
        text: `Labels of ${head} that differ only by case or blanks were joined: ${listed(others, 5)} → "${tidyLabel(name)}".`,
      });
    return [head, labelsOfToday(head, ofHead, nameOf[head], map)];
  });
  if (at.withoutZone > 0)
    notes.push({
      level: 'note',
      text: `${counted(at.withoutZone, 'time')} in "${columns.time}" without a time zone taken as UTC.`,
    });
  const understanding: Understanding = {
    file,
    columns,
    rows: at.rows,
    tickets: at.tickets,
    repeatedIds: at.repeatedIds,
    tooOld: at.tooOld,
    refused: list,
    labels: Object.fromEntries(labels),
    window: at.from === '' ? undefined : { from: at.from, to: at.to },
    sample: sample.map((ticket) => sampleOf(ticket, nameOf)),
    notes: [...notes, ...emptyNotes(at.rows, list, columns.text)],
    order,
    nameOf,
  };
  return { kind: 'understood', understanding };
};

const labelsOfToday = (
  head: string,
  counts: ReadonlyMap<string, number>,
  nameOf: ReadonlyMap<string, string>,
  map: LabelMap,
): UnderstoodLabel[] => {
  const tickets = new Map<string, number>();
  for (const [label, count] of counts) {
    const name = nameOf.get(label) ?? label;
    tickets.set(name, (tickets.get(name) ?? 0) + count);
  }
  return Array.from(tickets, ([label, count]) => ({ label, tickets: count, today: map.current(head, label) ?? null })).toSorted(
    (a, b) => b.tickets - a.tickets,
  );
};

const sampleOf = (
  { number, ticketId, time, subject, body, labels }: HistoryTicket,
  nameOf: Readonly<Record<string, ReadonlyMap<string, string>>>,
): SampleTicket => ({
  row: number,
  id: ticketId,
  time,
  subject: redact(subject),
  body: redact(body),
  labels: Object.fromEntries(Object.entries(labels).map(([head, label]) => [head, nameOf[head]?.get(label) ?? label])),
});
