import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { NOW_MS, startStorage, type Storage } from './s3-fixture.ts';

let storage: Storage;
beforeEach(() => {
  storage = startStorage();
});

const md5 = (text: string | Uint8Array) => createHash('md5').update(text).digest('hex');

describe('an object', () => {
  test('comes back with its bytes, headers, metadata and MD5', async () => {
    const { send, put } = storage;
    const written = await put('a/b', 'hello', { ContentType: 'text/plain', Metadata: { Colour: 'red' }, Tagging: 'k=v&l=w' });
    expect(written).toEqual({ ETag: `"${md5('hello')}"`, ServerSideEncryption: 'AES256' });
    const head = {
      AcceptRanges: 'bytes',
      ContentLength: 5,
      ContentType: 'text/plain',
      ETag: `"${md5('hello')}"`,
      LastModified: NOW_MS / 1000,
      Metadata: { colour: 'red' },
      ServerSideEncryption: 'AES256',
      TagCount: 2,
    };
    expect(await send('GetObject', { Key: 'a/b' })).toEqual({ ...head, Body: Buffer.from('hello') });
    expect(await send('HeadObject', { Key: 'a/b' })).toEqual(head);
  });

  test('that is not there is NoSuchKey, in no bucket NoSuchBucket, and deleting it is no error', async () => {
    const { send } = storage;
    await expect(send('GetObject', { Key: 'x' })).rejects.toMatchObject({
      code: 'NoSuchKey',
      status: 404,
      members: { Key: 'x' },
    });
    await expect(send('HeadObject', { Key: 'x' })).rejects.toMatchObject({ code: 'NotFound', status: 404 });
    await expect(send('GetObject', { Bucket: 'none', Key: 'x' })).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
    await expect(send('HeadBucket', { Bucket: 'none' })).rejects.toMatchObject({ code: 'NotFound', status: 404 });
    expect(await send('DeleteObject', { Key: 'x' })).toEqual({});
  });

  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-20', '89', 'bytes 8-9/10'],
    ['bytes=4-2', '0123456789', undefined],
    ['lines=1-2', '0123456789', undefined],
  ])('with Range %s returns %s', async (Range, text, ContentRange) => {
    await storage.put('digits', '0123456789');
    const part = await storage.send('GetObject', { Key: 'digits', Range });
    expect(Buffer.from(part['Body'] as Uint8Array).toString()).toBe(text);
    expect(part['ContentRange']).toBe(ContentRange);
    expect(part['ContentLength']).toBe(text.length);
  });

  test('a range behind the end is InvalidRange', async () => {
    await storage.put('digits', '0123456789');
    await expect(storage.send('GetObject', { Key: 'digits', Range: 'bytes=10-' })).rejects.toMatchObject({
      code: 'InvalidRange',
      status: 416,
    });
  });

  test('a put with If-None-Match never overwrites, one with If-Match only what was read', async () => {
    const { put, read } = storage;
    const first = await put('k', 'one', { IfNoneMatch: '*' });
    await expect(put('k', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed', status: 412 });
    await expect(put('k', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await expect(put('absent', 'two', { IfMatch: '"other"' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect(await read('k')).toBe('one');
    await put('k', 'two', { IfMatch: first['ETag'] });
    expect(await read('k')).toBe('two');
  });

  test('a read honours If-Match and If-None-Match', async () => {
    const { send, put, read } = storage;
    const { ETag } = await put('k', 'one');
    expect(await read('k', { IfMatch: ETag })).toBe('one');
    expect(await read('k', { IfNoneMatch: '"other"' })).toBe('one');
    await expect(send('GetObject', { Key: 'k', IfMatch: '"other"' })).rejects.toMatchObject({ status: 412 });
    await expect(send('HeadObject', { Key: 'k', IfNoneMatch: ETag })).rejects.toMatchObject({ code: 'NotModified', status: 304 });
  });

  // Check values of "123456789" from the catalogue of parametrised CRC algorithms.
  test.each([
    ['ChecksumCRC32', Buffer.from('cbf43926', 'hex')],
    ['ChecksumCRC32C', Buffer.from('e3069283', 'hex')],
    ['ChecksumCRC64NVME', Buffer.from('ae8b14860a799888', 'hex')],
    ['ChecksumSHA256', createHash('sha256').update('123456789').digest()],
    ['ChecksumSHA1', createHash('sha1').update('123456789').digest()],
    ['ContentMD5', createHash('md5').update('123456789').digest()],
  ])('a right %s is accepted and a wrong one refused', async (member, bytes) => {
    const { put, read } = storage;
    await put('sum', '123456789', { [member]: bytes.toString('base64') });
    await expect(put('sum', '12345678', { [member]: bytes.toString('base64') })).rejects.toMatchObject({ code: 'BadDigest' });
    expect(await read('sum')).toBe('123456789');
  });

  test('a checksum is returned when asked for', async () => {
    const ChecksumCRC32 = Buffer.from('cbf43926', 'hex').toString('base64');
    await storage.put('sum', '123456789', { ChecksumCRC32 });
    expect((await storage.send('GetObject', { Key: 'sum', ChecksumMode: 'ENABLED' }))['ChecksumCRC32']).toBe(ChecksumCRC32);
    expect((await storage.send('GetObject', { Key: 'sum' }))['ChecksumCRC32']).toBeUndefined();
  });

  test('keys may have 1024 bytes and no more', async () => {
    await storage.put('é'.repeat(512));
    await expect(storage.put(`${'é'.repeat(512)}x`)).rejects.toMatchObject({ code: 'KeyTooLongError' });
  });

  test('what the engine does not know is refused by name', async () => {
    await expect(storage.send('SelectObjectContent')).rejects.toThrow('SelectObjectContent');
    await expect(storage.send('GetObject', { Key: 'k', VersionId: '1' })).rejects.toThrow('VersionId');
    await expect(storage.put('k', 'x', { ObjectLockMode: 'GOVERNANCE' })).rejects.toThrow('ObjectLockMode');
  });
});

describe('copies, tags and deletions', () => {
  test('a copy takes bytes, headers and tags along, unless told otherwise', async () => {
    const { send, put } = storage;
    await put('from here', 'hello', { ContentType: 'text/plain', Metadata: { a: '1' }, Tagging: 'k=v' });
    await send('CopyObject', { Key: 'to', CopySource: '/files/from%20here' });
    expect(await send('GetObject', { Key: 'to' })).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: '1' },
      TagCount: 1,
    });
    await send('CopyObject', { Key: 'to', CopySource: 'files/to', MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
    expect(await send('GetObject', { Key: 'to' })).toMatchObject({ Metadata: { b: '2' }, Body: Buffer.from('hello') });
    await expect(send('CopyObject', { Key: 'to', CopySource: 'files/to' })).rejects.toMatchObject({ code: 'InvalidRequest' });
    await expect(send('CopyObject', { Key: 'to', CopySource: 'files/none' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('tagging changes the tags and nothing else', async () => {
    const { send, put, read } = storage;
    await put('k', 'hello', { Tagging: 'old=1' });
    const TagSet = [{ Key: 'new', Value: '2' }];
    await send('PutObjectTagging', { Key: 'k', Tagging: { TagSet } });
    expect(await send('GetObjectTagging', { Key: 'k' })).toEqual({ TagSet });
    expect(await read('k')).toBe('hello');
    await expect(send('PutObjectTagging', { Key: 'k', Tagging: { TagSet: [...TagSet, ...TagSet] } })).rejects.toMatchObject({
      code: 'InvalidTag',
    });
    await send('DeleteObjectTagging', { Key: 'k' });
    expect(await send('GetObjectTagging', { Key: 'k' })).toEqual({ TagSet: [] });
  });

  test('many objects are deleted at once, up to a thousand', async () => {
    const { send, put, engine } = storage;
    await put('a');
    await put('b');
    await put('c');
    const Objects = [{ Key: 'a' }, { Key: 'b' }, { Key: 'absent' }];
    expect(await send('DeleteObjects', { Delete: { Objects } })).toEqual({ Deleted: Objects });
    expect(engine.inspect('files')).toEqual([{ key: 'c', sizeBytes: 5 }]);
    const tooMany = Array.from({ length: 1001 }, (_, at) => ({ Key: `k${at}` }));
    await expect(send('DeleteObjects', { Delete: { Objects: tooMany } })).rejects.toMatchObject({ code: 'MalformedXML' });
  });
});

describe('multipart uploads', () => {
  const FIVE_MB = Buffer.alloc(5 * 1024 ** 2, 'x');
  const start = async () => (await storage.send('CreateMultipartUpload', { Key: 'big', ContentType: 'text/plain' }))['UploadId'];
  const upload = async (UploadId: unknown, PartNumber: number, Body: Uint8Array) => ({
    PartNumber,
    ETag: (await storage.send('UploadPart', { Key: 'big', UploadId, PartNumber, Body }))['ETag'],
  });

  test('put their parts together in order, with the ETag of their MD5s', async () => {
    const UploadId = await start();
    const last = await upload(UploadId, 7, Buffer.from('end'));
    const first = await upload(UploadId, 2, FIVE_MB);
    await expect(storage.send('GetObject', { Key: 'big' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    const done = await storage.send('CompleteMultipartUpload', {
      Key: 'big',
      UploadId,
      MultipartUpload: { Parts: [first, last] },
    });
    const digest = md5(Buffer.from(md5(FIVE_MB) + md5('end'), 'hex'));
    expect(done).toMatchObject({ Bucket: 'files', Key: 'big', ETag: `"${digest}-2"` });
    expect(await storage.send('HeadObject', { Key: 'big' })).toMatchObject({
      ContentLength: FIVE_MB.length + 3,
      ContentType: 'text/plain',
    });
    expect(await storage.read('big', { Range: 'bytes=-4' })).toBe('xend');
    await expect(storage.send('AbortMultipartUpload', { Key: 'big', UploadId })).rejects.toMatchObject({ code: 'NoSuchUpload' });
  });

  test('are refused with parts out of order, unknown, or too small', async () => {
    const UploadId = await start();
    const one = await upload(UploadId, 1, Buffer.from('small'));
    const two = await upload(UploadId, 2, Buffer.from('end'));
    const complete = (Parts: readonly unknown[], more = {}) =>
      storage.send('CompleteMultipartUpload', { Key: 'big', UploadId, MultipartUpload: { Parts }, ...more });
    await expect(complete([two, one])).rejects.toMatchObject({ code: 'InvalidPartOrder' });
    await expect(complete([{ ...one, ETag: '"other"' }])).rejects.toMatchObject({ code: 'InvalidPart' });
    await expect(complete([one, two])).rejects.toMatchObject({ code: 'EntityTooSmall' });
    await storage.put('big', 'here first');
    await expect(complete([one], { IfNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await storage.send('AbortMultipartUpload', { Key: 'big', UploadId });
    await expect(complete([one])).rejects.toMatchObject({ code: 'NoSuchUpload' });
    expect(await storage.read('big')).toBe('here first');
  });
});
