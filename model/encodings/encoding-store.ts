import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a training keeps what it has encoded. Nothing that is read from it is believed unchecked. */
export interface EncodingStore {
  readonly read: (name: string) => Uint8Array | undefined;
  readonly write: (name: string, bytes: Uint8Array) => void;
}

/** For as long as the process lives. */
export const encodingsInMemory = (): EncodingStore => {
  const kept = new Map<string, Uint8Array>();
  return { read: (name) => kept.get(name), write: (name, bytes) => void kept.set(name, bytes) };
};

const UNFINISHED = '.part';

/** Files of a folder, which is made where it is missing. A file is there as a whole or not at all. */
export const encodingsIn = (folder: string): EncodingStore => {
  mkdirSync(folder, { recursive: true });
  // Of a training that was stopped while it wrote.
  for (const name of readdirSync(folder)) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
  return {
    read: (name) => {
      try {
        return readFileSync(join(folder, name));
      } catch {
        return undefined;
      }
    },
    write: (name, bytes) => {
      const path = join(folder, name);
      const draft = `${path}${UNFINISHED}`;
      writeFileSync(draft, bytes);
      renameSync(draft, path);
    },
  };
};
