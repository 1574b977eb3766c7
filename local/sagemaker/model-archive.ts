import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';

/** The folder as tar.gz: the same bytes for the same files, whenever and by whomever they were written. */
export const packFolder = async (folder: string): Promise<Buffer> => {
  const archive = pack();
  const packed = buffer(archive.pipe(createGzip()));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    const { size } = await stat(file);
    const name = file.slice(folder.length + 1).replaceAll(sep, '/');
    const entry = archive.entry({ name, size, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 });
    await pipeline(createReadStream(file), entry);
  }
  archive.finalize();
  return packed;
};

/** Unpacks files and folders of a tar.gz. @throws Error for anything that is no tar.gz, or would lie outside of the folder */
export const unpackInto = async (archive: Uint8Array, folder: string): Promise<void> => {
  const root = resolve(folder);
  await mkdir(root, { recursive: true });
  const entries = extract();
  const reading = pipeline(Readable.from([archive]), createGunzip(), entries);
  const writing = (async (): Promise<void> => {
    for await (const entry of entries) {
      const path = resolve(root, entry.header.name);
      if (path !== root && !path.startsWith(root + sep)) throw new Error(`${entry.header.name} lies outside of the archive`);
      if (entry.header.type === 'directory') await mkdir(path, { recursive: true });
      else if (entry.header.type === 'file') {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(entry, createWriteStream(path));
      } else throw new Error(`${entry.header.name} is a ${entry.header.type}, which a model does not contain`);
      entry.resume();
    }
  })();
  await Promise.all([reading, writing]);
};
