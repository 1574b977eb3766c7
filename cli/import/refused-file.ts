import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { csvLine } from '../table/csv-cell.ts';
import { UserError } from '../user-error.ts';
import { REASONS } from './refusals.ts';
import type { RefusedRow } from './refusals.ts';

export interface RefusedFile {
  readonly add: (row: RefusedRow) => void;
  /** Waits until what was added is on its way to the disk, so that the memory stays bounded. */
  readonly drained: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * Writes every refused row's number, reason and what to do as CSV, for the owner's eyes only: ids and labels may stand in it.
 * @throws UserError where the file cannot be written
 */
export const openRefusedFile = async (path: string): Promise<RefusedFile> => {
  const stream = createWriteStream(path, { mode: 0o600 });
  const ended = finished(stream);
  // Told where it is awaited.
  ended.catch(() => undefined);
  const told = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      throw new UserError(`${path} cannot be written (${code}); name another file with --refused.`, { cause });
    }
  };
  await told(Promise.race([once(stream, 'open'), ended]));
  stream.write(csvLine(['row', 'reason', 'what to do', 'what stands there']));
  return {
    add: ({ number, reason, detail }) => {
      const [what, whatToDo] = REASONS[reason];
      stream.write(csvLine([number, `rows ${what}`, whatToDo, detail]));
    },
    drained: () => (stream.writableNeedDrain ? told(Promise.race([once(stream, 'drain'), ended])) : Promise.resolve()),
    end: () => {
      stream.end();
      return told(ended);
    },
  };
};
