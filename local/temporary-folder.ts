import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is made when it is first asked for. */
export const createTemporaryFolder = (): { readonly path: () => string; readonly remove: () => void } => {
  let folder: string | undefined;
  return {
    path: () => (folder ??= mkdtempSync(join(tmpdir(), 'local-cloud-'))),
    remove: () => {
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
};
