import { access, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import { sha256 } from '../../core/sha256.ts';
import { readSampleTickets } from '../../samples/read-samples.ts';
import { UserError } from '../user-error.ts';
import type { LabelledTicket } from './labelled-ticket.ts';

/** A file of labelled tickets and where to find what in it. */
export interface TicketFile {
  readonly file: string;
  readonly textColumns: readonly string[];
  readonly labelColumn: string;
}

/** Tickets of a file without times are spread evenly over this long before now, so that there is a past to learn from. */
const SPREAD_MS = 56 * 86_400_000;

/** Fewer than this cannot be split into history and live tickets that mean anything. */
const FEWEST_TICKETS = 100;

export interface ReadTickets {
  readonly tickets: readonly LabelledTicket[];
  /** Rows without a text or a label: left out, and said so. */
  readonly skipped: number;
  /** True where the file was sorted by label and its rows were dealt anew. */
  readonly shuffled: boolean;
}

export const readSample = (): ReadTickets => ({
  tickets: readSampleTickets().map((ticket) => ({ ...ticket, labels: withoutUndefined(ticket.labels) })),
  skipped: 0,
  shuffled: false,
});

const withoutUndefined = (labels: {
  readonly team: string;
  readonly [head: string]: string | undefined;
}): LabelledTicket['labels'] => ({
  ...Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  team: labels.team,
});

/**
 * Reads a CSV, CSV.gz or JSONL file.
 * @throws UserError where the file is missing, unreadable or of another kind, a column is not there, or too little is in it
 */
export const readTicketFile = async ({ file, textColumns, labelColumn }: TicketFile): Promise<ReadTickets> => {
  await access(file).catch(() => {
    throw new UserError(`There is no file ${file}; check the path.`);
  });
  const rows = await readRows(file);
  const first = rows[0];
  if (!first) throw new UserError(`${file} holds no rows.`);
  for (const column of [...textColumns, labelColumn]) {
    if (!Object.hasOwn(first, column))
      throw new UserError(`${file} has no column "${column}"; it has ${Object.keys(first).join(', ')}.`);
  }
  const startMs = Date.now() - SPREAD_MS;
  const subjectColumn = textColumns.length > 1 ? textColumns[0] : undefined;
  const bodyColumns = subjectColumn === undefined ? textColumns : textColumns.slice(1);
  const tickets = rows.flatMap((row, i): LabelledTicket[] => {
    const body = bodyColumns.map((column) => textOf(row[column])).join('\n');
    const team = textOf(row[labelColumn]).trim();
    if (body.trim() === '' || team === '') return [];
    return [
      {
        id: `T-${String(i + 1).padStart(6, '0')}`,
        time: new Date(startMs + (i / rows.length) * SPREAD_MS).toISOString(),
        channel: undefined,
        subject: subjectColumn === undefined ? '' : textOf(row[subjectColumn]),
        body,
        requester: undefined,
        labels: { team },
      },
    ];
  });
  if (tickets.length < FEWEST_TICKETS) {
    throw new UserError(
      `${file} holds ${tickets.length} tickets with text and label; at least ${FEWEST_TICKETS} are needed to learn from.`,
    );
  }
  // Public data sets are often sorted by label; in such a file the last fifth would be labels that history never showed.
  const sorted = isSortedByLabel(tickets);
  return { tickets: sorted ? shuffled(tickets) : tickets, skipped: rows.length - tickets.length, shuffled: sorted };
};

/** Cells of a CSV file are text; a JSONL file may hold numbers as well. */
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

type Row = Readonly<Record<string, unknown>>;

const readRows = async (file: string): Promise<readonly Row[]> => {
  const name = file.toLowerCase().replace(/\.gz$/, '');
  if (!name.endsWith('.csv') && !name.endsWith('.jsonl'))
    throw new UserError(`${file} is neither .csv nor .jsonl (each also with .gz).`);
  try {
    const bytes = await readFile(file);
    const content = (file.toLowerCase().endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return name.endsWith('.csv')
      ? parseCsv<Row>(content, { columns: true, bom: true, skip_empty_lines: true })
      : parseJsonl(content);
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
};

const parseJsonl = (content: string): readonly Row[] =>
  content.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [rowSchema.parse(JSON.parse(line))];
    } catch {
      throw new Error(`line ${i + 1} is not a JSON object`);
    }
  });

const rowSchema = z.record(z.string(), z.unknown());

/** True where rows of one label stand together: hardly more changes of label from row to row than there are labels. */
const isSortedByLabel = (tickets: readonly LabelledTicket[]): boolean => {
  const labels = new Set(tickets.map((ticket) => ticket.labels.team)).size;
  const changes = tickets.filter((ticket, i) => i > 0 && tickets[i - 1]?.labels.team !== ticket.labels.team).length;
  return labels > 1 && changes < labels * 2;
};

/** Deals the texts and labels anew over the times, the same way on every run: by the hash of the row's number. */
const shuffled = (tickets: readonly LabelledTicket[]): readonly LabelledTicket[] => {
  const order = tickets.map((ticket) => ({ ticket, key: sha256(ticket.id) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return order.map(({ ticket }, i) => ({ ...ticket, time: tickets[i]?.time ?? ticket.time }));
};
