import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LineShelf } from '../../core/retrain/snapshots.ts';

/** Written at once; what is asked for before that is found all the same. */
const BUFFER_BYTES = 1_048_576;
const LENGTH_BYTES = 4;

/** A file in the temporary folder that is gone once it is cleared: each line after its length. */
export const lineShelf = (): LineShelf => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  const file = openSync(join(folder, 'lines'), 'w+');
  const waiting = Buffer.alloc(BUFFER_BYTES);
  const length = Buffer.alloc(LENGTH_BYTES);
  let filled = 0;
  let written = 0;
  const write = (bytes: Buffer): void => {
    let at = 0;
    while (at < bytes.length) at += writeSync(file, bytes, at, bytes.length - at, written + at);
    written += bytes.length;
  };
  const flush = (): void => {
    write(waiting.subarray(0, filled));
    filled = 0;
  };
  const read = (into: Buffer, from: number): Buffer => {
    let at = 0;
    while (at < into.length) {
      const got = readSync(file, into, at, into.length - at, from + at);
      if (got === 0) throw new RangeError(`There is no line at ${from}.`);
      at += got;
    }
    return into;
  };
  return {
    add: (line) => {
      const bytes = Buffer.from(line);
      const place = written + filled;
      length.writeUInt32LE(bytes.length);
      for (const part of [length, bytes]) {
        if (filled + part.length > BUFFER_BYTES) flush();
        if (part.length > BUFFER_BYTES) write(part);
        else filled += part.copy(waiting, filled);
      }
      return place;
    },
    at: (place) => {
      flush();
      const size = read(length, place).readUInt32LE();
      return read(Buffer.allocUnsafe(size), place + LENGTH_BYTES).toString();
    },
    clear: () => {
      closeSync(file);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
