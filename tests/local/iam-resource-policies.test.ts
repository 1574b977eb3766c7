import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import { start, arnOf, document, allow, role, worker, workerCode, configOf, refOf } from './iam-fixture.ts';

describe('resource policies', () => {
  const bus = {
    Queue: { Type: 'AWS::SQS::Queue' },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: ['shop'] }, Targets: [{ Id: 'queue', Arn: arnOf('Queue') }] },
    },
  };
  const policyFor = (sourceArn: unknown): object => ({
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Queue' }],
      PolicyDocument: document({
        ...allow('sqs:SendMessage', arnOf('Queue')),
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      }),
    },
  });
  const publish = async (cloud: LocalCloud): Promise<number> => {
    await cloud.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'sold', Detail: '{}' }] });
    await cloud.idle();
    return cloud.engines.sqs.inspect(String(cloud.resources.get('app/Queue')?.attributes['Arn'])).visible;
  };

  test('let a service in that acts for the rule they name', async () => {
    expect(await publish(await start({ ...bus, Policy: policyFor(arnOf('Rule')) }))).toBe(1);
  });

  test('keep it out where it acts for another rule, or where there is none', async () => {
    const other = await start({ ...bus, Policy: policyFor('arn:aws:events:eu-west-1:000000000000:rule/other') });
    expect(await publish(other)).toBe(0);
    expect(other.iam.refusals()).toMatchObject([
      {
        message: expect.stringMatching(/^User: events.amazonaws.com is not .* because no resource-based policy allows/) as string,
      },
    ]);
    expect(await publish(await start(bus))).toBe(0);
  });

  test('of functions are their permissions', async () => {
    const permitted = (principal: string): Promise<LocalCloud> =>
      start(
        {
          ...worker([]),
          Topic: {
            Type: 'AWS::SNS::Topic',
            Properties: { Subscription: [{ Protocol: 'lambda', Endpoint: arnOf('Worker') }] },
          },
          Permission: {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              Action: 'lambda:InvokeFunction',
              FunctionName: arnOf('Worker'),
              Principal: principal,
              SourceArn: { Ref: 'Topic' },
            },
          },
        },
        workerCode,
      );
    const invoked = async (cloud: LocalCloud): Promise<number | undefined> => {
      await cloud.call('sns', 'Publish', { TopicArn: refOf(cloud, 'Topic'), Message: 'hello' });
      await cloud.idle();
      return (
        cloud.counts().find(({ service, action }) => service === 'lambda' && action === 'Invoke')?.count &&
        cloud.iam.refusals().length
      );
    };
    expect(await invoked(await permitted('sns.amazonaws.com'))).toBe(0);
    expect(await invoked(await permitted('events.amazonaws.com'))).toBe(1);
  });
});

describe('a bucket under a key of the stack', () => {
  const keyed = (statements: readonly object[], keyPolicy: object = {}) => ({
    Key: { Type: 'AWS::KMS::Key', Properties: keyPolicy },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf('Key') } },
          ],
        },
      },
    },
    ...worker(statements),
  });
  const everyObject = { 'Fn::Join': ['', [arnOf('Bucket'), '/*']] };
  const useS3 = allow(['s3:PutObject', 's3:GetObject'], everyObject);
  const write = async (cloud: LocalCloud): Promise<S3Client> => {
    const client = new S3Client(await configOf(cloud));
    await client.send(new PutObjectCommand({ Bucket: refOf(cloud, 'Bucket'), Key: 'k', Body: 'x' }));
    return client;
  };

  test('is written with GenerateDataKey and read with Decrypt on it', async () => {
    const cloud = await start(keyed([useS3, allow('kms:GenerateDataKey', arnOf('Key'))]), workerCode);
    const client = await write(cloud);
    await expect(client.send(new GetObjectCommand({ Bucket: refOf(cloud, 'Bucket'), Key: 'k' }))).rejects.toThrow(
      /not authorized to perform: kms:Decrypt on resource: "arn:aws:kms:eu-west-1:000000000000:key\//,
    );
  });

  test('is closed to who has no grant on the key, and where the key’s policy does not agree', async () => {
    await expect(write(await start(keyed([useS3]), workerCode))).rejects.toThrow(/kms:GenerateDataKey/);
    const closed = {
      KeyPolicy: document({ Effect: 'Allow', Principal: { AWS: arnOf('OtherRole') }, Action: 'kms:*', Resource: '*' }),
    };
    const resources = { ...keyed([useS3, allow('kms:*', '*')], closed), OtherRole: role('lambda.amazonaws.com', []) };
    await expect(write(await start(resources, workerCode))).rejects.toThrow(/kms:GenerateDataKey/);
  });

  test('of a table it cannot check, and says so', async () => {
    const table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/mine' },
      },
    };
    await expect(start({ Table: table })).rejects.toThrow(/app\/Table .* names a KMS key/);
  });
});

describe('a listing', () => {
  const listing = [
    allow('s3:GetObject', { 'Fn::Join': ['', [arnOf('Bucket'), '/*']] }),
    allow('s3:ListBucket', arnOf('Bucket'), { Condition: { StringLike: { 's3:prefix': ['events/*'] } } }),
  ];
  const bucket = { Type: 'AWS::S3::Bucket' };

  test('is allowed under the prefixes that the policy names', async () => {
    const cloud = await start({ Bucket: bucket, ...worker(listing) }, workerCode);
    const client = new S3Client(await configOf(cloud));
    const list = (Prefix: string | undefined): Promise<unknown> =>
      client.send(new ListObjectsV2Command({ Bucket: refOf(cloud, 'Bucket'), Prefix }));
    await expect(list('events/2026')).resolves.toMatchObject({ KeyCount: 0 });
    await expect(list('models/')).rejects.toThrow(/s3:ListBucket/);
    await expect(list(undefined)).rejects.toThrow(/s3:ListBucket/);
  });

  test('that is not allowed hides that an object is missing', async () => {
    const missing = async (statements: readonly object[]): Promise<unknown> => {
      const cloud = await start({ Bucket: bucket, ...worker(statements) }, workerCode);
      const get = new GetObjectCommand({ Bucket: refOf(cloud, 'Bucket'), Key: 'events/none' });
      return new S3Client(await configOf(cloud)).send(get);
    };
    await expect(missing(listing)).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    await expect(missing([allow('s3:*', '*')])).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
