import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Caller } from '../service.ts';
import type { Storage } from './storage.ts';

/** Between two looks at what the program has written; SageMaker copies it while the job runs. */
const SYNC_MS = 1_000;

/** The folder of a job that is kept alike with a place on S3. */
export interface Checkpoints {
  /** Copies what an earlier job has left, before the program starts. */
  readonly restore: () => Promise<void>;
  /** Copies what the program writes until it is told to stop, and what is there then. */
  readonly follow: () => { readonly stop: () => Promise<void> };
}

export const checkpointsOf = (storage: Storage, caller: Caller, uri: string, folder: string): Checkpoints => {
  const place = uri.replace(/\/*$/, '/');
  const copied = new Map<string, string>();

  const files = async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // A file that is renamed meanwhile is found under its new name the next time.
      const about = await stat(path).catch(() => undefined);
      if (about) found.set(relative(folder, path).split(sep).join('/'), `${about.size} ${about.mtimeMs}`);
    }
    return found;
  };

  /** What the program deletes stays on S3. */
  const save = async (): Promise<void> => {
    for (const [name, state] of await files()) {
      if (copied.get(name) === state) continue;
      const body = await readFile(join(folder, name)).catch(() => undefined);
      if (!body) continue;
      await storage.write(caller, place + name, body);
      copied.set(name, state);
    }
  };

  return {
    restore: async () => {
      await mkdir(folder, { recursive: true });
      await storage.download(caller, place, folder);
      for (const [name, state] of await files()) copied.set(name, state);
    },
    follow: () => {
      let saving: Promise<unknown> = Promise.resolve();
      // Wall time: the program computes at wall speed. A copy that fails is tried again, and the last one counts.
      const timer = setInterval(() => {
        saving = saving.then(save).catch(() => undefined);
      }, SYNC_MS);
      return {
        stop: async () => {
          clearInterval(timer);
          await saving;
          await save();
        },
      };
    },
  };
};
