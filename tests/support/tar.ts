import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** One entry of a tar archive (POSIX ustar); type 0 is a regular file. */
export const tarEntry = (entry: { readonly name: string; readonly content?: Buffer; readonly type?: string }): Buffer => {
  const content = entry.content ?? Buffer.alloc(0);
  const header = Buffer.alloc(BLOCK);
  header.write(entry.name, 0);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(' '.repeat(8), 148);
  header.write(entry.type ?? '0', 156);
  header.write('ustar\u000000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
};

/** A whole tar.gz of regular files. */
export const tarGzip = (files: readonly { readonly name: string; readonly content: Buffer }[]): Buffer =>
  gzipSync(Buffer.concat([...files.map((file) => tarEntry(file)), Buffer.alloc(2 * BLOCK)]));
