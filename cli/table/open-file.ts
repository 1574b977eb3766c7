import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../user-error.ts';
import type { OnNote } from './note.ts';
import { toUtf8 } from './to-utf8.ts';

export type TableFormat = 'csv' | 'jsonl';

export interface OpenedFile {
  readonly format: TableFormat;
  /** UTF-8 without a byte order mark. */
  readonly content: AsyncIterable<Buffer>;
}

const FORMATS: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
};
const CHUNK_BYTES = 262_144;

/**
 * Opens a file of tickets for reading from its beginning, unpacked and as UTF-8. Whether it is packed is read off its bytes, its
 * format off its name.
 * @throws UserError where it is not there, not a file, empty or of another kind; while reading, where it is damaged
 */
export const openFile = async (file: string, onNote: OnNote): Promise<OpenedFile> => {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(
      cause.code === 'ENOENT' || cause.code === 'ENOTDIR'
        ? `There is no file ${file}; check the path.`
        : `${file} cannot be read (${cause.code ?? cause.message}).`,
      { cause },
    );
  });
  if (found.isDirectory()) throw new UserError(`${file} is a folder; name a file in it.`);
  const format = formatOf(file);
  const packed = await isPacked(file);
  if (!packed && file.toLowerCase().endsWith('.gz'))
    throw new UserError(`${file} cannot be read: it is named .gz but is not gzip; rename it, or pack it with gzip.`);
  return { format, content: toUtf8(bytesOf(file, packed), file, onNote) };
};

const formatOf = (file: string): TableFormat => {
  const extension = /\.([^./\\]+?)(?:\.gz)?$/iu.exec(file)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined)
    throw new UserError(
      `${file} is neither .csv nor .jsonl (each also with .gz); export the tickets as one of them${extension.startsWith('xls') ? ', in Excel by "Save as CSV UTF-8"' : ''}.`,
    );
  return format;
};

const isPacked = async (file: string): Promise<boolean> => {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(`${file} cannot be read (${cause.code ?? cause.message}); check its permissions.`, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
};

async function* bytesOf(file: string, packed: boolean): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const stream = packed ? source.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : source;
  // A pipe does not pass errors on.
  if (packed) source.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(
      code === 'Z_BUF_ERROR'
        ? `${file} cannot be read: it is cut off in the middle; copy or download it again.`
        : `${file} cannot be read (${code ?? String(cause)}); copy or download it again.`,
      { cause },
    );
  } finally {
    source.destroy();
    stream.destroy();
  }
}
