import { gunzipSync } from 'node:zlib';
import { ArtifactError, reasonOf } from './errors.ts';

/** Header and padding come in blocks of this size (POSIX ustar). */
const BLOCK = 512;
const LARGEST_UNPACKED_BYTES = 1024 ** 3;
const EXTENDED_HEADERS = new Set(['x', 'g']);

/**
 * Files of a `tar.gz` that holds regular files at its top, as model artifacts do. Everything else in it (links, devices, names
 * with folders or `..`) is refused: an artifact has no use for them, an attacker does.
 * @returns content by name
 * @throws ArtifactError naming `where`
 */
export const unpackArchive = (archive: Uint8Array, where: string): ReadonlyMap<string, Uint8Array> => {
  const tar = gunzip(archive, where);
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (checksumOf(header) !== octal(header, 148, 8))
      throw new ArtifactError(`${where} is damaged: a header's checksum differs.`);
    const size = octal(header, 124, 12);
    const type = String.fromCharCode(header[156]!);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (!Number.isSafeInteger(size) || content.length !== size)
      throw new ArtifactError(`${where} is truncated: ${field(header, 0, 100)} ends early.`);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    // Extended headers carry times and owners beside a complete plain header; a folder entry "./" holds nothing.
    if (EXTENDED_HEADERS.has(type) && !extendsNameOrSize(content)) continue;
    const name = field(header, 0, 100).replace(/^\.\//u, '');
    if (type === '5' && (name === '' || name === '.')) continue;
    if (type !== '0' && type !== '\0')
      throw new ArtifactError(`${where} holds ${name}, which is not a regular file; it is refused.`);
    if (field(header, 345, 155) !== '' || !/^[\w-][\w.-]*$/u.test(name))
      throw new ArtifactError(
        `${where} holds the name ${JSON.stringify(name)}; a model's files have plain names and no folders.`,
      );
    files.set(name, content);
  }
  throw new ArtifactError(`${where} is truncated: the end of the archive is missing.`);
};

const gunzip = (archive: Uint8Array, where: string): Uint8Array => {
  try {
    return gunzipSync(archive, { maxOutputLength: LARGEST_UNPACKED_BYTES });
  } catch (cause) {
    throw new ArtifactError(`${where} cannot be unpacked: ${reasonOf(cause)}. Fetch it again.`, { cause });
  }
};

const field = (header: Uint8Array, start: number, length: number): string => {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
};

const octal = (header: Uint8Array, start: number, length: number): number => {
  const digits = field(header, start, length).trim();
  return /^[0-7]+$/u.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
};

/** The sum of the header's bytes, its own checksum counted as spaces. */
const checksumOf = (header: Uint8Array): number =>
  header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);

const extendsNameOrSize = (content: Uint8Array): boolean =>
  /^\d+ (?:path|linkpath|size)=/mu.test(Buffer.from(content).toString('utf8'));
