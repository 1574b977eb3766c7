import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { reasonOf } from '../../model/errors.ts';
import { UserError } from '../user-error.ts';

/** What an archive may hold; weights and vocabularies stay far below. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Of all files that are unpacked. */
  readonly bytes: number;
  /** Unpacked bytes for each packed one, of a file above `looseBytes`. */
  readonly ratio: number;
  readonly looseBytes: number;
}

/** Real weights shrink to a half at best, vocabularies to a quarter. */
export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 10_000, bytes: 4 * 1024 ** 3, ratio: 100, looseBytes: 1024 ** 2 };

const MODE_SHIFT = 16;
const TYPE_OF_FILE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * Unpacks the chosen files of a zip archive (.zip, .whl, .jar) into a folder. Every entry is looked at, also those not chosen.
 * @returns the names of all files in it
 * @throws UserError where the archive is damaged, hostile or beyond the limits; what was unpacked before is to be thrown away
 */
export const unpackArchive = async (
  path: string,
  into: string,
  chosen: (name: string) => boolean,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<readonly string[]> => {
  const refuse = (what: string, cause?: unknown): never => {
    throw new UserError(`${path} is refused: ${what}.`, { cause });
  };
  const archive = await openPromise(path).catch((cause: unknown) =>
    refuse(`it is no whole zip archive (${sentenceless(reasonOf(cause))}); fetch it again`, cause),
  );
  let left = limits.bytes;
  const seen = new Set<string>();
  try {
    if (archive.entryCount > limits.entries) refuse(`it has ${archive.entryCount} entries, and ${limits.entries} are allowed`);
    for await (const entry of archive.eachEntry()) {
      const { fileName } = entry;
      if (isSymbolicLink(entry)) refuse(`"${fileName}" in it is a symbolic link, which could lead anywhere`);
      if (seen.has(fileName)) refuse(`it holds "${fileName}" twice`);
      seen.add(fileName);
      if (fileName.endsWith('/') || !chosen(fileName)) continue;
      if (entry.isEncrypted()) refuse(`"${fileName}" in it is encrypted`);
      if (entry.uncompressedSize > Math.max(limits.looseBytes, limits.ratio * entry.compressedSize))
        refuse(
          `"${fileName}" in it grows to ${entry.uncompressedSize} bytes from ${entry.compressedSize}, which no weights do (a "zip bomb")`,
        );
      left -= entry.uncompressedSize;
      if (left < 0) refuse(`its files are larger than ${limits.bytes} bytes together`);
      await unpackEntry(archive, entry, join(into, fileName));
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = sentenceless(reasonOf(cause));
    refuse(
      /^(?:invalid relative|absolute) path/u.test(reason)
        ? `an entry leads out of the folder that it is unpacked to (${reason})`
        : `it is damaged (${reason}); fetch it again`,
      cause,
    );
  } finally {
    archive.close();
  }
  return [...seen].filter((name) => !name.endsWith('/'));
};

const sentenceless = (reason: string): string => reason.replace(/\.$/u, '');

const isSymbolicLink = (entry: Entry): boolean =>
  ((entry.externalFileAttributes >>> MODE_SHIFT) & TYPE_OF_FILE) === SYMBOLIC_LINK;

/** The library holds the size to what the entry says; the checksum is held here. */
const unpackEntry = async (archive: ZipFile, entry: Entry, target: string): Promise<void> => {
  await mkdir(dirname(target), { recursive: true });
  let checksum = 0;
  const summing = new Transform({
    transform: (chunk: Buffer, _, done) => {
      checksum = crc32(chunk, checksum);
      done(null, chunk);
    },
  });
  await pipeline(await archive.openReadStreamPromise(entry), summing, createWriteStream(target));
  if (checksum !== entry.crc32) throw new Error(`the checksum of "${entry.fileName}" differs`);
};
