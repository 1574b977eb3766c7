import { csvRows } from './csv-rows.ts';
import { jsonlRows } from './jsonl-rows.ts';
import type { OnLeftOut } from './left-out.ts';
import type { OnNote } from './note.ts';
import { openFile } from './open-file.ts';
import type { TableRow } from './table-row.ts';

/**
 * Reads a CSV, CSV.gz, JSONL or JSONL.gz file row by row, in bounded memory however long it is. Text of other encodings and with
 * other delimiters is understood; rows that cannot be are left out and told.
 * @param columns names of the columns to read
 * @param onNote is told what a person should know of the file, some of it only at its end
 * @param onLeftOut is told of every row that is left out; a line that is not JSON is then one of them, and no error
 * @throws UserError saying what is wrong with the file and what to do, while iterating
 */
export async function* readTable(
  file: string,
  columns: readonly string[],
  onNote: OnNote,
  onLeftOut?: OnLeftOut,
): AsyncGenerator<TableRow> {
  const { format, content } = await openFile(file, onNote);
  yield* format === 'csv' ? csvRows(file, content, columns, onNote, onLeftOut) : jsonlRows(file, content, columns, onLeftOut);
}
