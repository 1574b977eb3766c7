import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Snapshots } from '../../core/retrain/snapshots.ts';
import { writeLines } from './write-lines.ts';

export interface S3SnapshotsOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Files of lines (jsonl) that training and evaluation read. */
export const s3Snapshots = ({ client, bucket }: S3SnapshotsOptions): Snapshots => ({
  async write(prefix, files) {
    const hash = createHash('sha256');
    for (const { name, lines } of files)
      await writeLines({ client, bucket, key: prefix + name }, lines, (bytes) => void hash.update(bytes));
    return { dataHash: hash.digest('hex') };
  },
  async readLines({ key, from, to }) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!(Body instanceof Readable)) return [];
    const lines: string[] = [];
    let index = 0;
    // Stopping early also ends the transfer.
    for await (const line of linesOf(Body)) {
      if (index >= to) break;
      if (index >= from) lines.push(line);
      index += 1;
    }
    return lines;
  },
});

/** Splits at line feeds alone: node:readline also splits at U+2028, which JSON leaves as it is. */
async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
