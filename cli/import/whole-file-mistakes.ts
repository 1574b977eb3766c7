import { counted, listed } from '../table/note.ts';
import type { Note } from '../table/note.ts';
import { UserError } from '../user-error.ts';
import type { HistoryFile } from './history-file.ts';
import type { Refusal } from './refusals.ts';

/** From these shares on it is likely the wrong column. */
const MANY_EMPTY = 0.4;
const MANY_UNREADABLE = 0.1;

const countOf = (refused: readonly Refusal[], reason: Refusal['reason']): number =>
  refused.find((one) => one.reason === reason)?.count ?? 0;

/** Where nearly nothing can be read it is the wrong column, and no history. */
export const refuseAsWhole = (
  { file, columns }: HistoryFile,
  { rows, tickets }: { readonly rows: number; readonly tickets: number },
  refused: readonly Refusal[],
): void => {
  const unreadable = countOf(refused, 'unreadable-time');
  if (unreadable / rows > MANY_UNREADABLE)
    throw new UserError(
      `${file} has ${counted(unreadable, 'row')} whose time in "${columns.time}" cannot be read (the first in row ${refused.find(({ reason }) => reason === 'unreadable-time')!.rows[0]}); name another column with --time, or write times as 2026-12-31T18:05:00Z.`,
    );
  if (tickets > 0) return;
  const [most] = refused;
  throw new UserError(
    `${file} holds no ticket that can be imported: ${refused.map(({ count, what }) => `${counted(count, 'row')} ${what}`).join(', ')}. ${most!.whatToDo.replace(/^nothing, or /, '').replace(/^./, (letter) => letter.toUpperCase())}.`,
  );
};

export const emptyNotes = (rows: number, refused: readonly Refusal[], columns: readonly string[]): readonly Note[] => {
  const empty = countOf(refused, 'no-text');
  if (empty / rows < MANY_EMPTY) return [];
  return [
    {
      level: 'warning',
      text: `${Math.round((100 * empty) / rows)} % of the rows (${empty.toLocaleString('en')} of ${rows.toLocaleString('en')}) have no text in ${listed(columns)} and are left out. Is it the right column?`,
    },
  ];
};
