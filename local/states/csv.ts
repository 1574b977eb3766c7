import { type Json, type JsonObject, textOf } from './json.ts';

const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

/** Rows as objects of strings, by the headers that the reader's configuration names (RFC 4180 quoting). */
export const parseCsv = (text: string, config: JsonObject): readonly JsonObject[] => {
  const rows = readRows(text, DELIMITERS[textOf(config['CSVDelimiter'] ?? 'COMMA')] ?? ',');
  const given: Json | undefined = config['CSVHeaders'];
  const headers = Array.isArray(given) ? given.map(textOf) : (rows.shift() ?? []);
  return rows.map((row) => Object.fromEntries(headers.map((header, i) => [header, row[i] ?? ''])));
};

const readRows = (text: string, delimiter: string): string[][] => {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = (): void => {
    row.push(field);
    field = '';
  };
  const endRow = (): void => {
    endField();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === delimiter) endField();
    else if (character === '\n') endRow();
    else if (character !== '\r' || text[at + 1] !== '\n') field += character;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
};
