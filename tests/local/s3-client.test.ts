import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gateway } from '../../local/gateway.ts';
import { clientConfig, startTestGateway } from './gateway-fixture.ts';
import { NOW_MS, startStorage } from './s3-fixture.ts';

const Bucket = 'files';
let gateway: Gateway;
let client: S3Client;
beforeEach(async () => {
  gateway = await startTestGateway([startStorage().engine]);
  client = new S3Client({ ...clientConfig(gateway.endpoint), forcePathStyle: true });
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
});

test('the AWS SDK writes an object and reads it, or a part of it, back through the gateway', async () => {
  await client.send(
    new PutObjectCommand({ Bucket, Key: 'dir/ü x', Body: 'hello', ContentType: 'text/plain', Metadata: { colour: 'red' } }),
  );
  const whole = await client.send(new GetObjectCommand({ Bucket, Key: 'dir/ü x' }));
  expect(await whole.Body?.transformToString()).toBe('hello');
  expect(whole).toMatchObject({ ContentType: 'text/plain', Metadata: { colour: 'red' }, LastModified: new Date(NOW_MS) });
  const part = await client.send(new GetObjectCommand({ Bucket, Key: 'dir/ü x', Range: 'bytes=1-2' }));
  expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['el', 'bytes 1-2/5']);
});

test('the AWS SDK sees what is missing and what a condition forbids', async () => {
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'x' }))).rejects.toBeInstanceOf(NoSuchKey);
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'x' }))).rejects.toBeInstanceOf(NotFound);
  const once = new PutObjectCommand({ Bucket, Key: 'k', Body: 'one', IfNoneMatch: '*' });
  await client.send(once);
  await expect(client.send(once)).rejects.toMatchObject({ name: 'PreconditionFailed' });
});

test('the AWS SDK copies, tags, lists and deletes', async () => {
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'one' }));
  await client.send(new CopyObjectCommand({ Bucket, Key: 'b/c d', CopySource: 'files/a' }));
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }));
  const listed = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
  expect(listed.Contents?.map(({ Key, Size, LastModified }) => [Key, Size, LastModified])).toEqual([
    ['a', 3, new Date(NOW_MS)],
    ['b/c%20d', 3, new Date(NOW_MS)],
  ]);
  const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b/c d' }] } }));
  expect(deleted.Deleted).toHaveLength(2);
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});
