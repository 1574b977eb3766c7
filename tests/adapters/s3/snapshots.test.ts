import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { s3Snapshots } from '../../../adapters/s3/snapshots.ts';
import { startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { DATA_BUCKET } from '../../support/test-cloud.ts';

const start = async () => {
  const cloud = await startRetrainingCloud();
  const client = new S3Client(cloud.config);
  const snapshots = s3Snapshots({ client, bucket: DATA_BUCKET });
  const textOf = async (key: string) =>
    (await client.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key: key }))).Body?.transformToString();
  return { snapshots, textOf, cloud };
};

test('files lie under their prefix, a line each, and the hash is that of all lines', async () => {
  const { snapshots, textOf } = await start();
  const { dataHash } = await snapshots.write('snapshots/v3/', [
    { name: 'training/train.jsonl', lines: ['{"a":1}', '{"b":2}'] },
    { name: 'test.jsonl', lines: ['{"c":3}'] },
  ]);
  expect(await textOf('snapshots/v3/training/train.jsonl')).toBe('{"a":1}\n{"b":2}\n');
  expect(await textOf('snapshots/v3/test.jsonl')).toBe('{"c":3}\n');
  expect(dataHash).toBe(createHash('sha256').update('{"a":1}\n{"b":2}\n{"c":3}\n').digest('hex'));
});

test('a range of lines is read as it was written, wherever chunks and characters end', async () => {
  const { snapshots } = await start();
  const lines = Array.from({ length: 3_000 }, (_, index) =>
    JSON.stringify({ index, text: `ü😀\u2028${'x'.repeat(index % 100)}` }),
  );
  await snapshots.write('', [{ name: 'test.jsonl', lines }]);
  const read = (from: number, to: number) => snapshots.readLines({ key: 'test.jsonl', from, to });
  expect(await read(0, 50)).toEqual(lines.slice(0, 50));
  expect(await read(2_940, 2_990)).toEqual(lines.slice(2_940, 2_990));
  expect(await read(2_990, 3_040)).toEqual(lines.slice(2_990));
});

test('an empty file is written and read as such', async () => {
  const { snapshots } = await start();
  await snapshots.write('', [{ name: 'validation.jsonl', lines: [] }]);
  expect(await snapshots.readLines({ key: 'validation.jsonl', from: 0, to: 50 })).toEqual([]);
});

test('a large file is written in parts, read back as a whole, and hashed as one', async () => {
  const { snapshots, textOf, cloud } = await start();
  const lines = Array.from({ length: 18_000 }, (_, index) => JSON.stringify({ index, text: 'ü'.repeat(500) }));
  const { dataHash } = await snapshots.write('', [{ name: 'train.jsonl', lines }]);
  const whole = lines.map((line) => `${line}\n`).join('');
  expect(await textOf('train.jsonl')).toBe(whole);
  expect(dataHash).toBe(createHash('sha256').update(whole).digest('hex'));
  expect(cloud.countOf('UploadPart')).toBe(3);
});

test('a file whose lines fail half-way leaves neither an object nor an upload', async () => {
  const { snapshots, textOf, cloud } = await start();
  const failing = function* (): Generator<string> {
    yield 'x'.repeat(9_000_000);
    yield 'y';
    throw new Error('the disk is full');
  };
  await expect(snapshots.write('', [{ name: 'train.jsonl', lines: failing() }])).rejects.toThrow('the disk is full');
  await expect(textOf('train.jsonl')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(cloud.countOf('AbortMultipartUpload')).toBe(1);
});
