import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, link, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LARGE_BYTES = 1_000_000;

/**
 * Makes equal large files of several folders one file on the disk with several names: every assembly holds the encoder and the ONNX
 * runtime, 75 MB, and there is an assembly for every state of the sources. Where the disk has no such names, nothing changes.
 * @param pool keeps a name of each of the files, on the same disk
 */
export const shareLargeFiles = async (folder: string, pool: string): Promise<void> => {
  await mkdir(pool, { recursive: true });
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || (await stat(path)).size < LARGE_BYTES) continue;
    const hash = createHash('sha256').update(await readFile(path));
    const shared = join(pool, hash.digest('hex'));
    try {
      if (existsSync(shared)) await replaceByLink(path, shared);
      else await link(path, shared);
    } catch {
      return;
    }
  }
};

const replaceByLink = async (path: string, shared: string): Promise<void> => {
  const linked = `${path}.linked`;
  try {
    await link(shared, linked);
    await rename(linked, path);
  } finally {
    await rm(linked, { force: true });
  }
};
