import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { FaultRule } from '../../local/faults/fault-rule.ts';
import { arnOf, queue, table } from './support/app-parts.ts';
import { removeFolders } from './support/function-folder.ts';
import { roleFor, writtenAssembly } from './support/written-assembly.ts';

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

const keep = `
  import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  const put = (id) => client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
  export const handler = async ({ Records, id }) => {
    for (const each of Records ? Records.map(({ body }) => body) : [id]) {
      await put(each + ' first');
      await put(each + ' second');
    }
    return 'kept';
  };`;

const server = `
  import http from 'node:http';
  http.createServer((request, response) => response.end(request.url === '/ping' ? 'ok' : '{"fine":true}'))
    .listen(Number(process.env.SAGEMAKER_BIND_TO_PORT));`;

const app = {
  code: { keep: { 'index.mjs': keep } },
  images: {
    model: {
      Dockerfile: 'FROM node:24\nWORKDIR /opt/program\nCOPY . .\nENTRYPOINT ["node", "serve.mjs"]\n',
      'serve.mjs': server,
    },
  },
  resources: {
    Role: roleFor('lambda.amazonaws.com'),
    ModelRole: roleFor('sagemaker.amazonaws.com'),
    Queue: queue({ VisibilityTimeout: 60 }),
    Other: queue(),
    Table: table(),
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Keep: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: 'keep.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 10,
        MemorySize: 256,
        Role: arnOf('Role'),
        Environment: { Variables: { TABLE: { Ref: 'Table' } } },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf('Queue'), FunctionName: { Ref: 'Keep' } },
    },
  },
  outputs: {
    Queue: { Value: { Ref: 'Queue' } },
    Other: { Value: { Ref: 'Other' } },
    Table: { Value: { Ref: 'Table' } },
    Bucket: { Value: { Ref: 'Bucket' } },
    Keep: { Value: { Ref: 'Keep' } },
    ModelRole: { Value: arnOf('ModelRole') },
  },
};

export const start = async (maxAttempts = 1) => {
  const cloud = await startLocalCloud({ assembly: writtenAssembly(app), port: 0 });
  open.push(cloud);
  const config = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials('operator'), maxAttempts };
  const names = cloud.outputs['app'] ?? {};
  const dynamoDb = new DynamoDBClient(config);
  return {
    cloud,
    names,
    config,
    dynamoDb,
    sqs: new SQSClient(config),
    events: new EventBridgeClient(config),
    put: (id: string) => dynamoDb.send(new PutItemCommand({ TableName: names['Table'], Item: { id: { S: id } } })),
    has: async (id: string) => {
      const { Item } = await dynamoDb.send(
        new GetItemCommand({ TableName: names['Table'], Key: { id: { S: id } }, ConsistentRead: true }),
      );
      return Item !== undefined;
    },
  };
};

export const errorOf = async (sent: Promise<unknown>): Promise<unknown> => {
  try {
    return await sent;
  } catch (error) {
    const { name, $metadata, code } = error as Error & { $metadata?: { httpStatusCode?: number }; code?: string };
    return { name: code ?? name, status: $metadata?.httpStatusCode };
  }
};

/** Which of 40 puts fail. */
export const victims = async (rule: Partial<FaultRule>): Promise<readonly number[]> => {
  const { cloud, put } = await start();
  cloud.faults.add({ service: 'dynamodb', rate: 0.3, fault: { kind: 'throttle' }, ...rule });
  const failed: number[] = [];
  for (let at = 0; at < 40; at++) await put(String(at)).catch(() => failed.push(at));
  return failed;
};
