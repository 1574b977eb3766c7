import { redact } from '../../core/event/redact.ts';
import { joinSpellings, tidyLabel } from '../../core/labels/join-spellings.ts';
import { UserError } from '../user-error.ts';
import { counted, listed, shortened } from './note.ts';
import type { Note, OnNote } from './note.ts';
import { parseTimes } from './parse-times.ts';
import { readTable } from './read-table.ts';
import type { TableRow } from './table-row.ts';

/** Which columns of a file hold what of a ticket. */
export interface TicketColumns {
  /** Joined by line breaks, blank ones left out. */
  readonly text: readonly string[];
  /** Head → column; none for tickets without labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly time?: string | undefined;
  readonly id?: string | undefined;
  readonly language?: string | undefined;
  /** Head → labels whose spelling goes before the file's, such as a model's. */
  readonly knownLabels?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Tickets of a file; every list has one entry a ticket, in the order of the file. */
export interface Tickets {
  /** As a spreadsheet counts, see TableRow. */
  readonly rows: readonly number[];
  /** What models read, redacted as the journey redacts it; never blank. */
  readonly texts: readonly string[];
  /** The text columns as they stand. */
  readonly cells: readonly (readonly string[])[];
  /** Head → label of each ticket; undefined where it has none. */
  readonly labels: Readonly<Record<string, readonly (string | undefined)[]>>;
  /** ISO 8601 in UTC; undefined where no column was asked for. */
  readonly times: readonly string[] | undefined;
  readonly ids: readonly string[] | undefined;
  /** Undefined where no column was asked for; an entry is where a row says none. */
  readonly languages: readonly (string | undefined)[] | undefined;
  readonly report: TicketsReport;
}

/** What was read, left out and changed. */
export interface TicketsReport {
  readonly file: string;
  /** Rows of tickets found. */
  readonly rows: number;
  readonly tickets: number;
  /** Rows without a text: left out. */
  readonly emptyTexts: number;
  /** Rows with something else than a time in the time column: left out. */
  readonly unreadableTimes: number;
  /** Head → tickets without a label of it. */
  readonly unlabelled: Readonly<Record<string, number>>;
  /** Everything else that a person should know. */
  readonly notes: readonly Note[];
}

/** Share of empty texts, or of unreadable times, from which the column is likely the wrong one. */
const MANY_EMPTY = 0.4;
const MANY_UNREADABLE = 0.1;

/**
 * Reads a file of tickets as a whole. Rows without text are left out; labels that differ only by case or blanks are joined.
 * @throws UserError saying what is wrong with the file and what to do
 */
export const readTickets = async (file: string, columns: TicketColumns): Promise<Tickets> => {
  const notes: Note[] = [];
  const onNote: OnNote = (note) => notes.push(note);
  const heads = Object.entries(columns.labels);
  const asked = [
    ...columns.text,
    ...heads.map(([, column]) => column),
    ...[columns.time, columns.id, columns.language].filter((name) => name !== undefined),
  ];
  const textCount = columns.text.length;
  const found: TableRow[] = [];
  let rows = 0;
  for await (const row of readTable(file, asked, onNote)) {
    rows++;
    if (row.cells.slice(0, textCount).some((cell) => cell.trim() !== '')) found.push(row);
  }
  if (rows === 0) throw new UserError(`${file} holds no rows below its header.`);
  if (found.length === 0)
    throw new UserError(
      `${file} has no text in ${listed(columns.text)}: all ${counted(rows, 'row')} are empty there; name another column.`,
    );
  const emptyTexts = rows - found.length;
  if (emptyTexts > 0) onNote(emptyNote(emptyTexts, rows, columns.text));

  const { kept, times } =
    columns.time === undefined
      ? { kept: found, times: undefined }
      : timed(file, found, columns.time, textCount + heads.length, onNote);
  const labels = Object.fromEntries(
    heads.map(([head], at) => [head, labelsOf(kept, textCount + at, head, columns.knownLabels?.[head], onNote)]),
  );
  for (const [head, given] of Object.entries(labels)) {
    if (given.every((label) => label === undefined))
      throw new UserError(
        `${file} has no label of ${head} in "${columns.labels[head]}": all rows are empty there; name another column.`,
      );
  }
  const languages = columns.language === undefined ? undefined : labelsOf(kept, asked.length - 1, 'language', undefined, onNote);
  if (languages?.every((language) => language === undefined) === true)
    throw new UserError(`${file} has no language in "${columns.language}": all rows are empty there; name another column.`);
  const idAt = textCount + heads.length + (columns.time === undefined ? 0 : 1);
  return {
    rows: kept.map(({ number }) => number),
    texts: kept.map(({ cells }) =>
      redact(
        cells
          .slice(0, textCount)
          .filter((cell) => cell.trim() !== '')
          .join('\n'),
      ),
    ),
    cells: kept.map(({ cells }) => cells.slice(0, textCount)),
    labels,
    times,
    ids: columns.id === undefined ? undefined : kept.map(({ cells }) => cells[idAt]!.trim()),
    languages,
    report: {
      file,
      rows,
      tickets: kept.length,
      emptyTexts,
      unreadableTimes: found.length - kept.length,
      unlabelled: Object.fromEntries(
        Object.entries(labels).map(([head, given]) => [head, given.filter((label) => label === undefined).length]),
      ),
      notes,
    },
  };
};

/** What models read of the columns of text: joined by line breaks, blank ones left out, redacted as the journey redacts. */
export const modelText = (cells: readonly string[]): string => redact(cells.filter((cell) => cell.trim() !== '').join('\n'));

const emptyNote = (empty: number, rows: number, columns: readonly string[]): Note => {
  const share = Math.round((100 * empty) / rows);
  return empty / rows > MANY_EMPTY
    ? {
        level: 'warning',
        text: `${share} % of the rows (${empty.toLocaleString('en')} of ${rows.toLocaleString('en')}) have no text in ${listed(columns)} and were left out. Is it the right column?`,
      }
    : { level: 'note', text: `${counted(empty, 'row')} without text left out.` };
};

/** Those with a readable time, and their times. */
const timed = (
  file: string,
  found: readonly TableRow[],
  column: string,
  at: number,
  onNote: OnNote,
): { readonly kept: readonly TableRow[]; readonly times: readonly string[] } => {
  const parsed = parseTimes(found.map(({ cells }) => cells[at]!));
  if (parsed.kind === 'ambiguous')
    throw new UserError(
      `${file}: it cannot be told whether day or month comes first in "${column}" (such as ${parsed.example}); write times as 2026-12-31T18:05:00Z.`,
    );
  const kept: TableRow[] = [];
  const times: string[] = [];
  let unreadable: TableRow | undefined;
  found.forEach((row, index) => {
    const time = parsed.times[index];
    if (time === undefined) unreadable ??= row;
    else {
      kept.push(row);
      times.push(time);
    }
  });
  if (unreadable !== undefined) {
    const count = found.length - kept.length;
    const text = `${counted(count, 'row')} without a readable time in "${column}" (the first: "${shortened(unreadable.cells[at]!)}" in row ${unreadable.number})`;
    if (count / found.length > MANY_UNREADABLE)
      throw new UserError(`${file} has ${text}; name another column, or write times as 2026-12-31T18:05:00Z.`);
    onNote({ level: 'note', text: `${text} left out.` });
  }
  if (parsed.withoutZone > 0)
    onNote({ level: 'note', text: `${counted(parsed.withoutZone, 'time')} in "${column}" without a time zone taken as UTC.` });
  return { kept, times };
};

const labelsOf = (
  rows: readonly TableRow[],
  at: number,
  head: string,
  known: readonly string[] | undefined,
  onNote: OnNote,
): readonly (string | undefined)[] => {
  const given = rows.map(({ cells }) => cells[at]!);
  const counts = new Map<string, number>();
  for (const label of given) if (label.trim() !== '') counts.set(label, (counts.get(label) ?? 0) + 1);
  const { nameOf, joined } = joinSpellings(counts, known);
  for (const { name, others } of joined)
    onNote({
      level: 'note',
      text: `Labels of ${head} that differ only by case or blanks were joined: ${listed(others, 5)} → "${tidyLabel(name)}".`,
    });
  return given.map((label) => {
    const name = nameOf.get(label);
    return name === undefined ? undefined : known?.includes(name) ? name : tidyLabel(name);
  });
};
