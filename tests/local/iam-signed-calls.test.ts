import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import { start, allow, worker, workerCode, credentialsOfWorker, refOf } from './iam-fixture.ts';

describe('a signature', () => {
  const send = async (cloud: LocalCloud, credentials: { readonly secretAccessKey?: string; readonly sessionToken?: string }) => {
    const given = { ...(await credentialsOfWorker(cloud)), ...credentials };
    const client = new SQSClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: given, maxAttempts: 1 });
    return client.send(new SendMessageCommand({ QueueUrl: refOf(cloud, 'Queue'), MessageBody: 'hello' }));
  };
  const cloudWithQueue = (): Promise<LocalCloud> =>
    start({ Queue: { Type: 'AWS::SQS::Queue' }, ...worker([allow('sqs:*', '*')]) }, workerCode);

  test('with the caller’s own secret and token passes', async () => {
    await expect(send(await cloudWithQueue(), {})).resolves.toMatchObject({ MessageId: expect.any(String) as string });
  });

  test('with another secret is refused', async () => {
    await expect(send(await cloudWithQueue(), { secretAccessKey: 'secret' })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(/^The request signature we calculated does not match/) as string,
    });
  });

  test('with another session’s token is refused', async () => {
    await expect(send(await cloudWithQueue(), { sessionToken: 'other' })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  test('of S3 covers keys that have to be encoded, and bodies that come in chunks', async () => {
    const cloud = await start({ Bucket: { Type: 'AWS::S3::Bucket' } });
    const client = new S3Client({ endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials('operator') });
    const Bucket = refOf(cloud, 'Bucket');
    for (const Key of ['a b/ü+(1)*.txt', "it's/~!&=?#.txt"]) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
      await client.send(new GetObjectCommand({ Bucket, Key }));
    }
    expect(cloud.engines.s3.inspect(Bucket)).toHaveLength(2);
  });
});
