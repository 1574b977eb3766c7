import type { Note } from './note.ts';

/** Says on stderr what a person should know of a file. */
export const writeNotes = (notes: readonly Note[]): void => {
  for (const { level, text } of notes) process.stderr.write(`${level === 'warning' ? 'WARNING' : 'note'}: ${text}\n`);
};
