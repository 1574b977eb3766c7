import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { UserError } from '../user-error.ts';
import type { OnNote } from './note.ts';

/** Bytes by which a file without a byte order mark is judged. */
const JUDGED_BYTES = 65_536;
/** Share of zero bytes in one half of the pairs from which text is UTF-16: European text has nearly all of them. */
const ZERO_SHARE = 0.3;

type Encoding = 'ascii' | 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/**
 * Passes a text file on as UTF-8 without a byte order mark. UTF-16 is decoded; what cannot be UTF-8 is read as Windows-1252 (older
 * Excel, a superset of Latin-1's letters), which is possible at any place of the stream, because everything before it was ASCII,
 * the same in both. The caller is told of both.
 * @throws UserError where it is binary, or UTF-8 with damaged characters
 */
export async function* toUtf8(bytes: AsyncIterable<Buffer>, file: string, onNote: OnNote): AsyncGenerator<Buffer> {
  let encoding: Encoding | undefined;
  let utf16: TextDecoder | undefined;
  let pending: Buffer = Buffer.alloc(0);
  let lines = 0;
  for await (const chunk of atLeast(bytes, JUDGED_BYTES)) {
    let content = chunk;
    if (encoding === undefined) {
      const begun = beginning(content, file);
      encoding = begun.encoding;
      content = content.subarray(begun.markBytes);
      if (encoding === 'utf-16le' || encoding === 'utf-16be') {
        utf16 = new TextDecoder(encoding);
        onNote({ level: 'note', text: `${file} is UTF-16 text, and was read as such.` });
      }
    }
    if (utf16 !== undefined) {
      yield Buffer.from(utf16.decode(content, { stream: true }));
      continue;
    }
    if (content.includes(0)) throw binary(file);
    const joined: Buffer = pending.length === 0 ? content : Buffer.concat([pending, content]);
    const cut = encoding === 'windows-1252' ? joined.length : wholeCharacters(joined);
    pending = joined.subarray(cut);
    const part = joined.subarray(0, cut);
    encoding = encodingWith(encoding, part, lines, file, onNote);
    lines += linesIn(part);
    yield encoding === 'windows-1252' ? fromWindows1252(part) : part;
  }
  if (utf16 !== undefined) yield Buffer.from(utf16.decode());
  if (pending.length > 0) {
    encoding = encodingWith(encoding ?? 'ascii', pending, lines, file, onNote);
    yield encoding === 'windows-1252' ? fromWindows1252(pending) : pending;
  }
}

/** Joins chunks until the first has enough bytes to judge by; later ones pass as they are. */
async function* atLeast(bytes: AsyncIterable<Buffer>, fewest: number): AsyncGenerator<Buffer> {
  let first: Buffer[] | undefined = [];
  let length = 0;
  for await (const chunk of bytes) {
    if (first === undefined) {
      yield chunk;
      continue;
    }
    first.push(chunk);
    length += chunk.length;
    if (length < fewest) continue;
    yield Buffer.concat(first);
    first = undefined;
  }
  if (first !== undefined && length > 0) yield Buffer.concat(first);
}

const beginning = (bytes: Buffer, file: string): { readonly encoding: Encoding; readonly markBytes: number } => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'ascii', markBytes: 3 };
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004')
    throw new UserError(`${file} is an Excel workbook or a zip archive, not text; save the sheet as "CSV UTF-8" and give that.`);
  const zeros = [0, 0];
  for (const [at, byte] of bytes.subarray(0, JUDGED_BYTES).entries()) if (byte === 0) zeros[at % 2]!++;
  const pairs = Math.max(1, Math.min(bytes.length, JUDGED_BYTES) / 2);
  if (zeros[1]! / pairs > ZERO_SHARE && zeros[0]! / pairs < ZERO_SHARE / 10) return { encoding: 'utf-16le', markBytes: 0 };
  if (zeros[0]! / pairs > ZERO_SHARE && zeros[1]! / pairs < ZERO_SHARE / 10) return { encoding: 'utf-16be', markBytes: 0 };
  return { encoding: 'ascii', markBytes: 0 };
};

const binary = (file: string): UserError =>
  new UserError(`${file} is not text (it holds zero bytes); export the tickets as CSV or JSONL in UTF-8.`);

/** What the file's encoding is known to be after this part of it. */
const encodingWith = (known: Encoding, part: Buffer, linesBefore: number, file: string, onNote: OnNote): Encoding => {
  if (known === 'windows-1252' || isAscii(part)) return known;
  if (isUtf8(part)) return 'utf-8';
  if (known === 'utf-8' || mostlyUtf8(part)) {
    const line = linesBefore + linesIn(part.subarray(0, firstInvalid(part))) + 1;
    throw new UserError(
      `${file} is UTF-8 text with damaged characters (the first in line ${line}); export it again, or mend that line.`,
    );
  }
  onNote({
    level: 'note',
    text: `${file} is not UTF-8 and was read as Windows-1252, which older Excel writes. If letters look wrong, save it as "CSV UTF-8".`,
  });
  return 'windows-1252';
};

/** A text of another encoding hardly ever holds sequences that are right in UTF-8. */
const mostlyUtf8 = (part: Buffer): boolean => {
  let right = 0;
  let wrong = 0;
  for (const character of part.toString('utf8')) {
    if (character === '\uFFFD') wrong++;
    else if (character > '\u007F') right++;
  }
  return right > wrong;
};

/** Place of the first byte that is not UTF-8, by bisection: a beginning is valid as long as its whole characters are. */
const firstInvalid = (part: Buffer): number => {
  let valid = 0;
  let invalid = part.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const head = part.subarray(0, middle);
    if (isUtf8(head.subarray(0, wholeCharacters(head)))) valid = middle;
    else invalid = middle;
  }
  return valid;
};

/** Length without a character that the end cuts in two. */
const wholeCharacters = (bytes: Buffer): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};

const windows1252 = new TextDecoder('windows-1252');

const fromWindows1252 = (part: Buffer): Buffer => Buffer.from(windows1252.decode(part));

const linesIn = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
};
