import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../user-error.ts';
import { findColumns } from './find-columns.ts';
import { counted } from './note.ts';
import type { OnLeftOut } from './left-out.ts';
import type { OnNote } from './note.ts';
import type { TableRow } from './table-row.ts';

/** Bytes in which the header must end. */
const MOST_HEADER_BYTES = 1_048_576;
/** A row beyond this is a quote that is never closed, not a ticket; it also bounds the memory. */
const MOST_ROW_BYTES = 16 * 1_048_576;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const DELIMITER_NAMES: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' };
/** Share of rows with another number of cells from which something is wrong with the file. */
const MANY_RAGGED = 0.1;

/**
 * Rows of a CSV file (RFC 4180, and what is found beside it: other delimiters, quotes within cells, Excel's `sep=` line). A row with
 * another number of cells than the header is left out, because its cells stand under the wrong names; so is a repeated header.
 */
export async function* csvRows(
  file: string,
  content: AsyncIterable<Buffer>,
  columns: readonly string[],
  onNote: OnNote,
  onLeftOut?: OnLeftOut,
): AsyncGenerator<TableRow> {
  const { delimiter, parser } = await parserOf(file, content, columns);
  if (delimiter !== ',')
    onNote({ level: 'note', text: `${file} is separated by ${DELIMITER_NAMES[delimiter] ?? `"${delimiter}"`}.` });

  let header: readonly string[] | undefined;
  let places: readonly number[] = [];
  let number = 0;
  let rows = 0;
  const ragged = { count: 0, first: 0, cells: 0 };
  const repeated = { count: 0, first: 0 };
  try {
    for await (const record of parser) {
      number++;
      if (header === undefined) {
        if (isEmptyLine(record)) continue;
        header = namesOf(record);
        places = findColumns(file, header, columns);
        continue;
      }
      if (isEmptyLine(record)) continue;
      rows++;
      const cells =
        record.length > header.length && record.slice(header.length).every((cell) => cell === '')
          ? record.slice(0, header.length)
          : record;
      if (cells.length !== header.length) {
        if (ragged.count++ === 0) Object.assign(ragged, { first: number, cells: cells.length });
        onLeftOut?.({ number, reason: 'ragged', detail: `${cells.length} cells, the header has ${header.length}` });
      } else if (header.length > 0 && cells.every((cell, at) => cell.trim() === header![at])) {
        if (repeated.count++ === 0) repeated.first = number;
        onLeftOut?.({ number, reason: 'repeated-header', detail: 'the names of the columns again' });
      } else {
        yield { number, cells: places.map((place) => cells[place]!) };
      }
    }
  } catch (error) {
    throw asUserError(file, error);
  }
  if (header === undefined) throw new UserError(`${file} holds no rows; it has empty lines only.`);
  // Who is told of each row needs no summary.
  if (onLeftOut !== undefined) return;
  if (repeated.count > 0)
    onNote({
      level: 'note',
      text: `${counted(repeated.count, 'repeated header')} left out (the first in row ${repeated.first}).`,
    });
  if (ragged.count > 0) {
    const many = ragged.count / rows > MANY_RAGGED;
    const text = `${counted(ragged.count, 'row')} left out with another number of cells than the header's ${header.length} (row ${ragged.first} has ${ragged.cells}).`;
    const cause = ' Texts with delimiters or line breaks must stand in quotes; export the file again with quotes.';
    onNote({ level: many ? 'warning' : 'note', text: many ? `${text}${cause}` : text });
  }
}

/**
 * Names of a file's columns, read off its beginning.
 * @throws UserError where it holds none
 */
export const csvColumns = async (file: string, content: AsyncIterable<Buffer>): Promise<readonly string[]> => {
  try {
    for await (const record of (await parserOf(file, content, [])).parser) if (!isEmptyLine(record)) return namesOf(record);
  } catch (error) {
    throw asUserError(file, error);
  }
  throw new UserError(`${file} holds no rows; it has empty lines only.`);
};

interface Parser {
  readonly delimiter: string;
  readonly parser: AsyncIterable<string[]>;
}

const parserOf = async (file: string, content: AsyncIterable<Buffer>, columns: readonly string[]): Promise<Parser> => {
  const { head, rest } = await withHead(content);
  if (head.length === 0) throw new UserError(`${file} is empty; it holds no rows.`);
  const named = /^sep=(.)\r?\n/u.exec(head.subarray(0, 8).toString('utf8'));
  const begin = named === null ? 0 : named[0].length;
  const delimiter = named?.[1] ?? delimiterOf(head.subarray(begin).toString('utf8'), columns);
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: false,
    max_record_size: MOST_ROW_BYTES,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  // What fails is told by the parser's iteration.
  pipeline(Readable.from(joined(head.subarray(begin), rest), { objectMode: false }), parser, () => undefined);
  return { delimiter, parser };
};

const namesOf = (record: readonly string[]): readonly string[] => withoutEmptyEnd(record.map((name) => name.trim()));

const isEmptyLine = (record: readonly string[]): boolean => record.length === 1 && record[0]!.trim() === '';

const withoutEmptyEnd = (names: readonly string[]): readonly string[] =>
  names.slice(0, names.findLastIndex((name) => name !== '') + 1);

/** The beginning that holds the header, and all that follows it. */
const withHead = async (
  content: AsyncIterable<Buffer>,
): Promise<{ readonly head: Buffer; readonly rest: AsyncIterator<Buffer> }> => {
  const rest = content[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < MOST_HEADER_BYTES) {
    const next = await rest.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
    if (/\S[^\n\r]*[\n\r]/u.test(head.toString('latin1'))) break;
  }
  return { head, rest };
};

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The delimiter that finds the most of the asked columns in the header; of several, the one that makes the most columns. */
const delimiterOf = (head: string, columns: readonly string[]): string => {
  const line = head.trimStart().split(/[\n\r]/u, 1)[0] ?? '';
  const [best] = DELIMITERS.map((delimiter) => {
    const names = splitHeader(line, delimiter);
    return { delimiter, found: columns.filter((column) => names.includes(column)).length, count: names.length };
  }).sort((a, b) => b.found - a.found || b.count - a.count);
  return best!.count > 1 ? best!.delimiter : ',';
};

const splitHeader = (line: string, delimiter: string): readonly string[] => {
  const names = [''];
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) names.push('');
    else names[names.length - 1] += character;
  }
  return names.map((name) => name.trim());
};

const asUserError = (file: string, error: unknown): unknown => {
  if (!(error instanceof CsvError)) return error;
  const rowsBefore = Number(error['records']);
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE')
    return new UserError(
      `${file} cannot be read: a quote that opens in row ${rowsBefore + 1} is never closed; close it, or write a quote within a text as "".`,
      { cause: error },
    );
  return new UserError(`${file} cannot be read as CSV after row ${rowsBefore}: ${error.message}.`, { cause: error });
};
