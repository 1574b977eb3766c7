import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import type { TicketFile } from './read-tickets.ts';

const recordSchema = z.object({
  /** Which tickets: the sample's with its weeks, or the file with its columns. */
  tickets: z.string(),
  /** When the first run began: the times of the tickets are shifted to it in every run. Milliseconds since the epoch. */
  startedMs: z.number(),
  imported: z.boolean(),
  trained: z.boolean(),
  /** What was measured while the live tickets were replayed; absent until all are through. */
  replay: z
    .object({
      /** Fewer than all where an earlier run had begun. */
      tickets: z.number(),
      replayMs: z.number(),
      awsRequests: z.number(),
      /** Time is that inside functions. */
      stages: z.array(z.object({ stage: z.string(), requests: z.number(), functionMs: z.number() })),
      /** For a million such tickets; null where nothing was replayed. */
      usdPerMillion: z.number().nullable(),
    })
    .optional(),
});

/** How far `signalbox start` has come with a folder of state, beside what the local cloud itself keeps there. */
export interface RunRecord {
  readonly at: Readonly<z.infer<typeof recordSchema>>;
  /** True where an earlier run began. */
  readonly continues: boolean;
  /** Notes what is done, once the local cloud has it. */
  done(change: Partial<Omit<z.infer<typeof recordSchema>, 'tickets' | 'startedMs'>>): void;
}

const FILE = 'start.json';

/**
 * The record of a folder, or of a run that keeps nothing.
 * @throws UserError where the folder was begun with other tickets
 */
export const openRunRecord = (
  folder: string | undefined,
  source: TicketFile | { readonly sampleWeeks: number },
  nowMs: number,
): RunRecord => {
  const tickets =
    'file' in source
      ? JSON.stringify([resolve(source.file), source.textColumns, source.labelColumn])
      : `the sample tickets of ${source.sampleWeeks} weeks`;
  const earlier = folder === undefined ? undefined : readRecord(join(folder, FILE));
  if (earlier && earlier.tickets !== tickets) {
    throw new UserError(`The state in ${folder} was begun with ${earlier.tickets}; choose another folder for ${tickets}.`);
  }
  let at = earlier ?? { tickets, startedMs: nowMs, imported: false, trained: false };
  return {
    get at() {
      return at;
    },
    continues: earlier !== undefined,
    done: (change) => {
      at = { ...at, ...change };
      if (folder !== undefined) writeRecord(join(folder, FILE), at);
    },
  };
};

const readRecord = (path: string): z.infer<typeof recordSchema> | undefined => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(`${path} is damaged, or of another version; choose another folder.`, { cause: error });
  }
};

/** A kill leaves the old file or the new one. */
const writeRecord = (path: string, record: z.infer<typeof recordSchema>): void => {
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
};
