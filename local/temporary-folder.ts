import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is made when it is first asked for. */
export const createTemporaryFolder = (): { readonly path: () => string; readonly remove: () => void } => {
  let folder: string | undefined;
  const clear = (): void => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
  const make = (): string => {
    // Who ends this process without closing the local cloud leaves no models behind either.
    process.on('exit', clear);
    return mkdtempSync(join(tmpdir(), 'local-cloud-'));
  };
  return {
    path: () => (folder ??= make()),
    remove: () => {
      process.off('exit', clear);
      clear();
    },
  };
};
