import { UserError } from '../user-error.ts';
import { noColumn } from './find-columns.ts';
import type { OnLeftOut } from './left-out.ts';
import type { TableRow } from './table-row.ts';

/** A field that none of so many lines has is not in the file. */
const LOOKED_AT = 1_000;
/** A longer line is no ticket; it also bounds the memory. */
const MOST_LINE_BYTES = 16 * 1_048_576;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Rows of a file with one JSON object a line. A name such as `labels.team` reaches into an object where there is no field of the
 * whole name. A field that a line has not is an empty cell.
 */
export async function* jsonlRows(
  file: string,
  content: AsyncIterable<Buffer>,
  columns: readonly string[],
  onLeftOut?: OnLeftOut,
): AsyncGenerator<TableRow> {
  let held: TableRow[] | undefined = [];
  const missing = new Set(columns);
  const fields = new Set<string>();
  const release = (): readonly TableRow[] => {
    const [column] = missing;
    if (column !== undefined) throw noColumn(file, [...fields], column);
    const rows = held ?? [];
    held = undefined;
    return rows;
  };
  let any = false;
  for await (const { number, object } of jsonObjects(file, content, onLeftOut)) {
    any = true;
    const cells = columns.map((column) => {
      const value = fieldOf(object, column);
      if (value !== undefined) missing.delete(column);
      return cellOf(file, number, column, value);
    });
    if (held === undefined) {
      yield { number, cells };
      continue;
    }
    addFields(fields, object);
    held.push({ number, cells });
    if (held.length === LOOKED_AT) yield* release();
  }
  if (!any) throw new UserError(`${file} is empty; it holds no rows.`);
  if (held !== undefined) yield* release();
}

export interface NumberedObject {
  readonly number: number;
  readonly object: JsonObject;
}

/** The objects of a file with one a line. */
export async function* jsonObjects(
  file: string,
  content: AsyncIterable<Buffer>,
  onLeftOut?: OnLeftOut,
): AsyncGenerator<NumberedObject> {
  for await (const { number, line } of linesOf(file, content)) {
    try {
      yield { number, object: parseLine(file, number, line) };
    } catch (error) {
      // A document over several lines is wrong in all of them: that is said, not left out line by line.
      if (onLeftOut === undefined || !(error instanceof UserError) || number === 1) throw error;
      onLeftOut({ number, reason: 'not-json', detail: 'not one whole JSON object' });
    }
  }
}

/**
 * Names of the fields that the first lines of a file have.
 * @throws UserError where it holds no line
 */
export const jsonlColumns = async (file: string, content: AsyncIterable<Buffer>): Promise<readonly string[]> => {
  const fields = new Set<string>();
  let lines = 0;
  for await (const { object } of jsonObjects(file, content, () => undefined)) {
    addFields(fields, object);
    if (++lines === LOOKED_AT) break;
  }
  if (lines === 0) throw new UserError(`${file} is empty; it holds no rows.`);
  return [...fields];
};

async function* linesOf(
  file: string,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly number: number; readonly line: string }> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  for await (const chunk of content) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, at));
      const line = Buffer.concat(parts).toString('utf8').trim();
      number++;
      if (line !== '') yield { number, line };
      parts = [];
      length = 0;
      from = at + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MOST_LINE_BYTES)
      throw new UserError(`${file} cannot be read: line ${number + 1} is over 16 MB; write one ticket a line.`);
  }
  const line = Buffer.concat(parts).toString('utf8').trim();
  if (line !== '') yield { number: number + 1, line };
}

const parseLine = (file: string, number: number, line: string): JsonObject => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    if (number === 1 && (line.startsWith('[') || line === '{'))
      throw oneDocument(file, line.startsWith('[') ? '.[]' : '.', cause);
    throw new UserError(
      `${file} cannot be read: line ${number} is not a JSON object; each line must be one, such as {"text":"…","team":"…"}.`,
      { cause },
    );
  }
  if (Array.isArray(value) && number === 1) throw oneDocument(file, '.[]', undefined);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(
      `${file} cannot be read: line ${number} is not a JSON object but ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}; each line must be an object, such as {"text":"…","team":"…"}.`,
    );
  return value as JsonObject;
};

/** @param filter that makes one object a line of the document */
const oneDocument = (file: string, filter: '.' | '.[]', cause: unknown): UserError =>
  new UserError(
    `${file} cannot be read: line 1 is not a JSON object. One JSON document over several lines, or a list, must become one object a line first: jq -c '${filter}' ${file} > tickets.jsonl`,
    { cause },
  );

const fieldOf = (object: JsonObject, column: string): unknown => {
  if (Object.hasOwn(object, column)) return object[column];
  const dot = column.indexOf('.');
  if (dot === -1) return undefined;
  const inner = Object.hasOwn(object, column.slice(0, dot)) ? object[column.slice(0, dot)] : undefined;
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? fieldOf(inner as JsonObject, column.slice(dot + 1))
    : undefined;
};

/** Names of the object's fields, and of those one level below. */
const addFields = (fields: Set<string>, object: JsonObject): void => {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const inner of Object.keys(value)) fields.add(`${name}.${inner}`);
    else fields.add(name);
  }
};

const cellOf = (file: string, number: number, column: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'))
    return value.join(', ');
  const inner = Array.isArray(value) ? undefined : Object.keys(value)[0];
  throw new UserError(
    `${file}, line ${number}: "${column}" is ${inner === undefined ? 'a list of objects' : 'an object'}, not a text${inner === undefined ? '' : `; name a field in it, such as ${column}.${inner}`}.`,
  );
};
