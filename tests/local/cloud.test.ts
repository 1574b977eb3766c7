import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { functionResources } from './support/written-assembly.ts';
import { start, clientOf } from './cloud-fixture.ts';

/** Queue → function → table, with a dead-letter queue. */
const journey = {
  code: {
    keep: {
      'index.mjs': `
        import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
        const client = new DynamoDBClient({});
        export const handler = async ({ Records }) => {
          const batchItemFailures = [];
          for (const { messageId, body } of Records) {
            if (body === 'poison') batchItemFailures.push({ itemIdentifier: messageId });
            else await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: body } } }));
          }
          return { batchItemFailures };
        };`,
    },
  },
  resources: {
    Dead: { Type: 'AWS::SQS::Queue' },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [{ Region: 'eu-west-1' }],
      },
    },
    ...functionResources('Keep', 'keep', { Environment: { Variables: { TABLE: { Ref: 'Table' } } }, MemorySize: 256 }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionName: { Ref: 'Keep' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  },
  outputs: {
    QueueUrl: { Value: { Ref: 'Queue' } },
    Table: { Value: { Ref: 'Table' } },
    DeadArn: { Value: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
  },
};

describe('a deployed stack', () => {
  test('carries a message from the queue through the function into the table', async () => {
    const cloud = await start(journey);
    const { QueueUrl, Table } = cloud.outputs['app'] ?? {};
    expect(QueueUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/app-Queue-[A-Z2-7]{12}$/);
    await new SQSClient(clientOf(cloud)).send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    await cloud.idle();
    const stored = await new DynamoDBClient(clientOf(cloud)).send(
      new GetItemCommand({ TableName: Table, Key: { id: { S: 'hello' } } }),
    );
    expect(stored.Item).toEqual({ id: { S: 'hello' } });
    const counted = cloud.counts().map(({ caller, service, action }) => `${caller} ${service} ${action}`);
    expect(counted).toEqual(
      expect.arrayContaining([
        'operator sqs SendMessage',
        'Keep sqs ReceiveMessage',
        'Keep dynamodb PutItem',
        'Keep sqs DeleteMessageBatch',
      ]),
    );
  });

  test('gives up a poison message after its receives, by the clock', async () => {
    const cloud = await start(journey);
    const { QueueUrl, DeadArn = '' } = cloud.outputs['app'] ?? {};
    const invocations = () => cloud.engines.lambda.invocationCounts()['Keep'];
    await cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'poison' });
    await expect.poll(invocations, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => cloud.engines.lambda.busy()).toBe(0);
    await cloud.clock.advance(60_000);
    await expect.poll(invocations, { timeout: 10_000 }).toBe(2);
    await expect.poll(() => cloud.engines.lambda.busy()).toBe(0);
    await cloud.clock.advance(60_000);
    await cloud.idle();
    expect(cloud.engines.sqs.inspect(DeadArn).visible).toBe(1);
  });

  test('whose consumer is paused keeps its messages until it goes on', async () => {
    const cloud = await start(journey);
    const { QueueUrl } = cloud.outputs['app'] ?? {};
    const UUID = cloud.resources.get('app/Mapping')?.ref;
    await cloud.call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: false });
    await cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'later' });
    await cloud.idle();
    expect(cloud.engines.lambda.invocationCounts()).toEqual({ Keep: 0 });
    await cloud.call('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: true });
    await cloud.idle();
    expect(cloud.engines.lambda.invocationCounts()).toEqual({ Keep: 1 });
  });

  test('with a queue that hides messages for less than the function’s timeout is refused, as on AWS', async () => {
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 5 } };
    await expect(start({ ...journey, outputs: {}, resources: { ...journey.resources, Queue } })).rejects.toThrow(
      "visibility timeout (5 s) is less than the function's timeout (10 s)",
    );
  });

  test.each([
    ['AWS::KMS::Key', 'Enabled'],
    ['AWS::KMS::Alias', 'Region'],
    ['AWS::SSM::Parameter', 'AllowedPattern'],
    ['AWS::Scheduler::ScheduleGroup', 'Quota'],
    ['AWS::DynamoDB::Table', 'ResourcePolicy'],
  ])('with an %s whose %s would change nothing here is refused by that name', async (Type, property) => {
    await expect(start({ resources: { Thing: { Type, Properties: { [property]: {} } } } })).rejects.toThrow(property);
  });

  test('reaches S3 with the path style that an address by number calls for', async () => {
    const cloud = await start({
      resources: { Data: { Type: 'AWS::S3::Bucket' } },
      outputs: { Bucket: { Value: { Ref: 'Data' } } },
    });
    const Bucket = cloud.outputs['app']?.['Bucket'];
    const client = new S3Client(clientOf(cloud));
    await client.send(new PutObjectCommand({ Bucket, Key: 'a/b c.txt', Body: 'content' }));
    const read = await client.send(new GetObjectCommand({ Bucket, Key: 'a/b c.txt' }));
    expect(await read.Body?.transformToString()).toBe('content');
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  });
});

describe('starting and ending', () => {
  test('what it does not know is named before anything starts', async () => {
    const resources = { Net: { Type: 'AWS::EC2::VPC' }, Cache: { Type: 'AWS::ElastiCache::CacheCluster' } };
    await expect(start({ resources })).rejects.toThrow(
      /AWS::EC2::VPC \(app\/Net\)[^]*AWS::ElastiCache::CacheCluster \(app\/Cache\)/,
    );
  });

  test('a port in use is one clear sentence', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(start({ resources: {} }, { port })).rejects.toMatchObject({
      name: 'PortInUseError',
      message: `port ${port} is in use by another program: end it, or choose another port (0 takes a free one)`,
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  test('closing in the middle of everything leaves neither port nor folder, and no rejection behind', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const inline = 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 5000))';
    const cloud = await start({
      resources: { ...functionResources('Slow', 'none', { Code: { ZipFile: inline } }) },
    });
    const { codeFolder } = cloud.engines.lambda.definitionOf(cloud.resources.get('app/Slow')?.ref ?? '');
    expect(existsSync(codeFolder)).toBe(true);
    const invoked = cloud.call('lambda', 'Invoke', { FunctionName: cloud.resources.get('app/Slow')?.ref });
    await expect.poll(() => cloud.engines.lambda.busy()).toBe(1);
    await Promise.all([cloud.close(), cloud.close()]);
    expect(await invoked).toMatchObject({ FunctionError: 'Unhandled' });
    expect(existsSync(codeFolder)).toBe(false);
    await expect(fetch(cloud.endpoint)).rejects.toThrow('fetch failed');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
});
