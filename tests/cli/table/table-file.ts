import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Note } from '../../../cli/table/note.ts';
import { readTable } from '../../../cli/table/read-table.ts';
import type { TableRow } from '../../../cli/table/table-row.ts';

/** A file that is there until the test ends. */
export const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-table-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

export interface ReadFile {
  readonly rows: readonly TableRow[];
  readonly cells: readonly (readonly string[])[];
  readonly notes: readonly Note[];
}

export const readAll = async (file: string, columns: readonly string[]): Promise<ReadFile> => {
  const notes: Note[] = [];
  const rows = await Array.fromAsync(readTable(file, columns, (note) => notes.push(note)));
  return { rows, cells: rows.map(({ cells }) => cells), notes };
};

export const read = async (name: string, content: string | Uint8Array, columns: readonly string[]): Promise<ReadFile> =>
  readAll(await fileOf(name, content), columns);
