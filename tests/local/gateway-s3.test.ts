import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { Gateway } from '../../local/gateway.ts';
import type { ApiCall } from '../../local/service.ts';
import { AwsError } from '../../local/service.ts';
import { clientConfig, fakeService, startTestGateway, type FakeService } from './gateway-fixture.ts';

let gateway: Gateway | undefined;
afterEach(() => gateway?.close());

const startS3 = async (
  answers: Readonly<Record<string, (call: ApiCall) => Record<string, unknown>>>,
): Promise<{ readonly s3: FakeService; readonly client: S3Client }> => {
  const s3 = fakeService('s3', answers);
  gateway = await startTestGateway([s3]);
  return { s3, client: new S3Client({ ...clientConfig(gateway.endpoint), forcePathStyle: true }) };
};

const crc32Base64 = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};

test('an object is put with its bytes, type, metadata, condition and verified checksum', async () => {
  const { s3, client } = await startS3({ PutObject: () => ({ ETag: '"e1"' }) });

  const reply = await client.send(
    new PutObjectCommand({
      Bucket: 'log',
      Key: 'events/dt=2026-01-01/a b+ü.jsonl.gz',
      Body: 'hello',
      ContentType: 'application/gzip',
      Metadata: { count: '3' },
      IfNoneMatch: '*',
    }),
  );

  expect(reply.ETag).toBe('"e1"');
  expect(s3.calls[0]?.input).toMatchObject({
    Bucket: 'log',
    Key: 'events/dt=2026-01-01/a b+ü.jsonl.gz',
    Body: Buffer.from('hello'),
    ContentType: 'application/gzip',
    Metadata: { count: '3' },
    IfNoneMatch: '*',
    ChecksumCRC32: crc32Base64('hello'),
  });
});

test('a streamed body arrives without its chunk framing, its trailing checksum verified', async () => {
  const { s3, client } = await startS3({ PutObject: () => ({ ETag: '"e1"' }) });
  const parts = ['x'.repeat(70_000), 'y'.repeat(70_000), 'z'];

  await client.send(
    new PutObjectCommand({
      Bucket: 'log',
      Key: 'k',
      Body: Readable.from(parts.map((part) => Buffer.from(part))),
      ContentLength: 140_001,
    }),
  );

  const input = s3.calls[0]!.input;
  expect(Buffer.from(input['Body'] as Uint8Array).toString()).toBe(parts.join(''));
  expect(input['ChecksumCRC32']).toBe(crc32Base64(parts.join('')));
  expect(input['ContentEncoding']).toBeUndefined();
});

test('a body that does not match its checksum is refused before the service sees it', async () => {
  const { s3 } = await startS3({ PutObject: () => ({ ETag: '"e1"' }) });

  const response = await fetch(`${gateway!.endpoint}/log/k`, {
    method: 'PUT',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIAOPERATOR/20260101/eu-central-1/s3/aws4_request',
      'x-amz-checksum-crc32': crc32Base64('something else'),
    },
    body: 'hello',
  });

  expect(response.status).toBe(400);
  expect(await response.text()).toContain('<Code>BadDigest</Code>');
  expect(s3.calls).toEqual([]);
});

test('an object is read with its headers, and a part of it with its range', async () => {
  const object = {
    Body: Buffer.from('hello'),
    ContentLength: 5,
    ContentType: 'text/plain',
    ETag: '"e1"',
    LastModified: new Date(1_700_000_000_000),
    Metadata: { count: '3' },
    ChecksumCRC32: crc32Base64('hello'),
  };
  const { s3, client } = await startS3({
    GetObject: ({ input }) =>
      input['Range'] === undefined
        ? object
        : { ...object, Body: Buffer.from('ell'), ContentLength: 3, ContentRange: 'bytes 1-3/5' },
  });

  const whole = await client.send(new GetObjectCommand({ Bucket: 'log', Key: 'k' }));
  const part = await client.send(new GetObjectCommand({ Bucket: 'log', Key: 'k', Range: 'bytes=1-3' }));

  expect(await whole.Body?.transformToString()).toBe('hello');
  expect(whole).toMatchObject({ ContentType: 'text/plain', ETag: '"e1"', Metadata: { count: '3' }, ContentLength: 5 });
  expect(whole.LastModified).toEqual(new Date(1_700_000_000_000));
  expect(await part.Body?.transformToString()).toBe('ell');
  expect(part).toMatchObject({ ContentRange: 'bytes 1-3/5', $metadata: { httpStatusCode: 206 } });
  expect(s3.calls[1]?.input).toMatchObject({ Bucket: 'log', Key: 'k', Range: 'bytes=1-3' });
});

test('head requests answer with headers alone, errors included', async () => {
  const { client } = await startS3({
    HeadObject: ({ input }) => {
      if (input['Key'] === 'gone') throw new AwsError('NotFound', 'Not Found', 404);
      return { ContentLength: 12, ETag: '"e1"', LastModified: 1_700_000_000 };
    },
    HeadBucket: () => ({ BucketRegion: 'eu-central-1' }),
  });

  expect(await client.send(new HeadObjectCommand({ Bucket: 'log', Key: 'k' }))).toMatchObject({
    ContentLength: 12,
    ETag: '"e1"',
  });
  expect(await client.send(new HeadBucketCommand({ Bucket: 'log' }))).toMatchObject({ BucketRegion: 'eu-central-1' });
  await expect(client.send(new HeadObjectCommand({ Bucket: 'log', Key: 'gone' }))).rejects.toMatchObject({ name: 'NotFound' });
});

test('an error of S3 comes back with its code and members', async () => {
  const { client } = await startS3({
    GetObject: () => {
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: 'k' });
    },
    PutObject: () => {
      throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
        Condition: 'If-None-Match',
      });
    },
  });

  await expect(client.send(new GetObjectCommand({ Bucket: 'log', Key: 'k' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(client.send(new PutObjectCommand({ Bucket: 'log', Key: 'k', Body: 'x' }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412, attempts: 1 },
  });
});

test('a listing keeps keys with special characters, prefixes and its token', async () => {
  const { s3, client } = await startS3({
    ListObjectsV2: () => ({
      Name: 'log',
      Prefix: 'a&<b>',
      Delimiter: '/',
      MaxKeys: 2,
      KeyCount: 2,
      IsTruncated: true,
      NextContinuationToken: 'next=',
      Contents: [{ Key: 'a&<b>"\r\n ü', Size: 3, ETag: '"e"', LastModified: new Date(0), StorageClass: 'STANDARD' }],
      CommonPrefixes: [{ Prefix: 'a&<b>/' }],
    }),
  });

  const reply = await client.send(
    new ListObjectsV2Command({ Bucket: 'log', Prefix: 'a&<b>', Delimiter: '/', MaxKeys: 2, ContinuationToken: 'before=' }),
  );

  expect(s3.calls[0]?.input).toMatchObject({
    Bucket: 'log',
    Prefix: 'a&<b>',
    Delimiter: '/',
    MaxKeys: 2,
    ContinuationToken: 'before=',
  });
  expect(reply).toMatchObject({
    Contents: [{ Key: 'a&<b>"\r\n ü', Size: 3, LastModified: new Date(0) }],
    CommonPrefixes: [{ Prefix: 'a&<b>/' }],
    IsTruncated: true,
    NextContinuationToken: 'next=',
    KeyCount: 2,
  });
});

test('many objects are deleted in one request, each with its own outcome', async () => {
  const { s3, client } = await startS3({
    DeleteObjects: () => ({ Deleted: [{ Key: 'a&b' }], Errors: [{ Key: 'c', Code: 'AccessDenied', Message: 'no' }] }),
    DeleteObject: () => ({}),
  });

  const reply = await client.send(
    new DeleteObjectsCommand({ Bucket: 'log', Delete: { Objects: [{ Key: 'a&b' }, { Key: 'c' }], Quiet: false } }),
  );
  const single = await client.send(new DeleteObjectCommand({ Bucket: 'log', Key: 'd' }));

  expect(s3.calls[0]?.input).toMatchObject({ Bucket: 'log', Delete: { Objects: [{ Key: 'a&b' }, { Key: 'c' }], Quiet: false } });
  expect(reply).toMatchObject({ Deleted: [{ Key: 'a&b' }], Errors: [{ Key: 'c', Code: 'AccessDenied', Message: 'no' }] });
  expect(single.$metadata.httpStatusCode).toBe(204);
});

test('an object is copied', async () => {
  const { s3, client } = await startS3({ CopyObject: () => ({ CopyObjectResult: { ETag: '"e2"', LastModified: new Date(0) } }) });

  const reply = await client.send(new CopyObjectCommand({ Bucket: 'to', Key: 'b', CopySource: 'from/a' }));

  expect(reply.CopyObjectResult).toMatchObject({ ETag: '"e2"', LastModified: new Date(0) });
  expect(s3.calls[0]?.input).toMatchObject({ Bucket: 'to', Key: 'b', CopySource: 'from/a' });
});

test('a multipart upload is begun, filled and completed', async () => {
  const { s3, client } = await startS3({
    CreateMultipartUpload: ({ input }) => ({ Bucket: input['Bucket'], Key: input['Key'], UploadId: 'u1' }),
    UploadPart: () => ({ ETag: '"p1"' }),
    CompleteMultipartUpload: () => ({ Bucket: 'log', Key: 'big', ETag: '"whole-1"', Location: 'http://x/log/big' }),
  });
  const target = { Bucket: 'log', Key: 'big' };

  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' }));
  const reply = await client.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
  );

  expect(reply.ETag).toBe('"whole-1"');
  expect(s3.calls[1]?.input).toMatchObject({ ...target, UploadId: 'u1', PartNumber: 1, Body: Buffer.from('part') });
  expect(s3.calls[2]?.input).toMatchObject({
    ...target,
    UploadId: 'u1',
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"p1"' }] },
  });
});

test('an action that S3 here does not know is refused by name', async () => {
  const { client } = await startS3({});

  await expect(client.send(new GetObjectAclCommand({ Bucket: 'log', Key: 'k' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringContaining('s3:GetObjectAcl'),
  });
});

test('a key that nobody was given is refused as S3 does', async () => {
  await startS3({ GetObject: () => ({}) });
  const stranger = new S3Client({ ...clientConfig(gateway!.endpoint, 'AKIASTRANGER'), forcePathStyle: true });

  await expect(stranger.send(new GetObjectCommand({ Bucket: 'log', Key: 'k' }))).rejects.toMatchObject({
    name: 'InvalidAccessKeyId',
  });
});
