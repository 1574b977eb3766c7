import { BatchWriteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SchedulerClient, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { FaultRuleError } from '../../local/faults/fault-rule.ts';
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

const start = async (maxAttempts = 1) => {
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

const errorOf = async (sent: Promise<unknown>): Promise<unknown> => {
  try {
    return await sent;
  } catch (error) {
    const { name, $metadata, code } = error as Error & { $metadata?: { httpStatusCode?: number }; code?: string };
    return { name: code ?? name, status: $metadata?.httpStatusCode };
  }
};

/** Which of 40 puts fail. */
const victims = async (rule: Partial<FaultRule>): Promise<readonly number[]> => {
  const { cloud, put } = await start();
  cloud.faults.add({ service: 'dynamodb', rate: 0.3, fault: { kind: 'throttle' }, ...rule });
  const failed: number[] = [];
  for (let at = 0; at < 40; at++) await put(String(at)).catch(() => failed.push(at));
  return failed;
};

describe('faults on request', () => {
  test('an error by its code has no effect, and the SDK reads code, status and members', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({
      service: 'dynamodb',
      action: 'PutItem',
      fault: { kind: 'error', code: 'ConditionalCheckFailedException', members: { Item: { id: { S: 'x' } } } },
    });
    await expect(put('a')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { id: { S: 'x' } } });
    expect(await has('a')).toBe(false);
    cloud.faults.clear();
    await put('a');
    expect(await has('a')).toBe(true);
  });

  test('each service throttles and fails in its own words', async () => {
    const { cloud, config, names, sqs, put, events } = await start();
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      sqs: () => sqs.send(new SendMessageCommand({ QueueUrl: names['Other'], MessageBody: 'x' })),
      dynamodb: () => put('x'),
      s3: () => new S3Client(config).send(new PutObjectCommand({ Bucket: names['Bucket'], Key: 'k', Body: 'x' })),
      events: () => events.send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] })),
      states: () => new SFNClient(config).send(new ListStateMachinesCommand({})),
      scheduler: () => new SchedulerClient(config).send(new ListSchedulesCommand({})),
      sagemaker: () => new SageMakerRuntimeClient(config).send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' })),
    };
    const met = async (kind: 'throttle' | 'internal-error') => {
      const undo = cloud.faults.add({ fault: { kind } });
      const all = await Promise.all(Object.entries(calls).map(async ([service, call]) => [service, await errorOf(call())]));
      undo();
      return Object.fromEntries(all) as Record<string, unknown>;
    };
    expect(await met('throttle')).toEqual({
      sqs: { name: 'RequestThrottled', status: 403 },
      dynamodb: { name: 'ThrottlingException', status: 400 },
      s3: { name: 'SlowDown', status: 503 },
      events: { name: 'ThrottlingException', status: 400 },
      states: { name: 'ThrottlingException', status: 400 },
      scheduler: { name: 'ThrottlingException', status: 429 },
      sagemaker: { name: 'ThrottlingException', status: 400 },
    });
    expect(await met('internal-error')).toMatchObject({
      sqs: { name: 'InternalFailure', status: 500 },
      dynamodb: { name: 'InternalServerError', status: 500 },
      s3: { name: 'InternalError', status: 500 },
      events: { name: 'InternalException', status: 500 },
      sagemaker: { name: 'InternalFailure', status: 500 },
    });
  });

  test('the SDK gets over throttling that ends', async () => {
    const { cloud, put, has } = await start(3);
    cloud.faults.add({ service: 'dynamodb', action: 'PutItem', times: 2, fault: { kind: 'throttle' } });
    await put('a');
    expect(await has('a')).toBe(true);
    expect(cloud.faults.counts()).toEqual([
      { kind: 'throttle', service: 'dynamodb', action: 'PutItem', caller: 'operator', count: 2 },
    ]);
  });

  test('a rule names service, action, caller and resource, lets some pass and is spent', async () => {
    const { cloud, put, sqs, names } = await start();
    const send = (QueueUrl = '') => errorOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })));
    cloud.faults.add({
      service: 'sqs',
      action: 'SendMessage',
      resource: 'Other',
      skip: 1,
      times: 1,
      fault: { kind: 'throttle' },
    });
    cloud.faults.add({ service: 'dynamodb', caller: ['Keep', 'somebody'], fault: { kind: 'throttle' } });
    await put('not a caller that is named');
    expect(await send(names['Queue'])).toMatchObject({ MessageId: expect.any(String) });
    expect(await send(names['Other'])).toMatchObject({ MessageId: expect.any(String) });
    expect(await send(names['Other'])).toMatchObject({ name: 'RequestThrottled' });
    expect(await send(names['Other'])).toMatchObject({ MessageId: expect.any(String) });
  });

  test('a lost answer comes after the effect, a lost request before it', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({ action: 'PutItem', times: 1, fault: { kind: 'drop-response' } });
    expect(await errorOf(put('after'))).toMatchObject({ name: 'ECONNRESET' });
    cloud.faults.add({ action: 'PutItem', times: 1, fault: { kind: 'drop-request' } });
    expect(await errorOf(put('before'))).toMatchObject({ name: 'ECONNRESET' });
    expect([await has('after'), await has('before')]).toEqual([true, false]);
  });

  test('latency delays the call and not its neighbours, and ends when faults are cleared', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({ action: 'PutItem', fault: { kind: 'latency', ms: 3_600_000 } });
    const slow = put('slow');
    expect(await has('slow')).toBe(false);
    cloud.faults.clear();
    await slow;
    expect(await has('slow')).toBe(true);
  });

  test('several rules meet one call, the first added outermost', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({ action: 'PutItem', fault: { kind: 'drop-response' } });
    cloud.faults.add({ action: 'PutItem', fault: { kind: 'latency', ms: 1 } });
    await expect(put('a')).rejects.toThrow(/socket|ECONNRESET|aborted/);
    expect(await has('a')).toBe(true);
    expect(cloud.faults.counts().map(({ kind, count }) => [kind, count])).toEqual([
      ['drop-response', 1],
      ['latency', 1],
    ]);
  });

  test('the same seed hits the same calls, another seed others', async () => {
    const [first, again, other] = [await victims({ seed: 7 }), await victims({ seed: 7 }), await victims({ seed: 8 })];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(25);
  });

  test('a rule that could never do what it says is refused', async () => {
    const { cloud } = await start();
    expect(() => cloud.faults.add({ rate: 2, fault: { kind: 'throttle' } })).toThrow(FaultRuleError);
    expect(() => cloud.faults.add({ service: 'dynamodb', fault: { kind: 'ignore-delete' } })).toThrow(
      'ignore-delete is for sqs:DeleteMessage, sqs:DeleteMessageBatch, not for dynamodb:any action',
    );
  });
});

describe('faults of batches', () => {
  test('PutEvents refuses some entries, each in its place', async () => {
    const { cloud, events } = await start();
    cloud.faults.add({ service: 'events', seed: 3, fault: { kind: 'refuse-entries', share: 0.5 } });
    const Entries = Array.from({ length: 10 }, () => ({ Source: 's', DetailType: 'd', Detail: '{}', EventBusName: 'bus' }));
    const reply = await events.send(new PutEventsCommand({ Entries }));
    const failed = (reply.Entries ?? []).filter(({ ErrorCode }) => ErrorCode === 'InternalFailure');
    expect(reply.Entries).toHaveLength(10);
    expect(reply.FailedEntryCount).toBe(failed.length);
    expect((reply.Entries ?? []).filter(({ EventId }) => EventId !== undefined)).toHaveLength(10 - failed.length);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(10);
  });

  test('a batch of messages names those that were not sent', async () => {
    const { cloud, sqs, names } = await start();
    cloud.faults.add({ service: 'sqs', seed: 1, fault: { kind: 'refuse-entries', share: 0.5 } });
    const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: `m${at}`, MessageBody: `m${at}` }));
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: names['Other'], Entries }));
    const ids = [...Successful, ...Failed].map(({ Id }) => Id);
    expect(new Set(ids)).toEqual(new Set(Entries.map(({ Id }) => Id)));
    expect(Failed.length).toBeGreaterThan(0);
    expect(cloud.engines.sqs.inspect(cloud.resources.get('app/Other')?.attributes['Arn'] as string).visible).toBe(
      Successful.length,
    );
  });

  test('a throttled batch of writes comes back as what was not processed', async () => {
    const { cloud, dynamoDb, names, has } = await start();
    cloud.faults.add({ service: 'dynamodb', fault: { kind: 'refuse-entries', share: 1 }, times: 1 });
    const RequestItems = { [names['Table'] ?? '']: [{ PutRequest: { Item: { id: { S: 'a' } } } }] };
    const { UnprocessedItems } = await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }));
    expect(UnprocessedItems).toEqual(RequestItems);
    expect(await has('a')).toBe(false);
    expect((await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }))).UnprocessedItems).toEqual({});
    expect(await has('a')).toBe(true);
  });

  test('a deleted message comes again', async () => {
    const { cloud, sqs, names } = await start();
    const QueueUrl = names['Other'];
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 30 }))).Messages?.[0];
    cloud.faults.add({ service: 'sqs', times: 1, action: 'DeleteMessage', fault: { kind: 'ignore-delete' } });
    const first = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    await cloud.clock.advance(30_000);
    expect((await receive())?.MessageId).toBe(first?.MessageId);
  });

  test('an effect takes place twice', async () => {
    const { cloud, sqs, names } = await start();
    cloud.faults.add({ service: 'sqs', action: 'SendMessage', times: 1, fault: { kind: 'repeat' } });
    await sqs.send(new SendMessageCommand({ QueueUrl: names['Other'], MessageBody: 'x' }));
    expect(cloud.engines.sqs.inspect(cloud.resources.get('app/Other')?.attributes['Arn'] as string).visible).toBe(2);
  });
});

describe('a function that is killed', () => {
  const invoke = async (cloud: LocalCloud, id: string) => {
    const reply = await cloud.call('lambda', 'Invoke', {
      FunctionName: cloud.outputs['app']?.['Keep'],
      Payload: Buffer.from(JSON.stringify({ id })),
    });
    return JSON.parse(String(reply['Payload'])) as unknown;
  };

  test.each([
    ['before', [false, false]],
    ['after', [true, false]],
  ] as const)('%s its first write leaves the rest undone', async (when, written) => {
    const { cloud, has } = await start();
    cloud.faults.add({ caller: 'Keep', action: 'PutItem', times: 1, fault: { kind: 'kill-function', when } });
    expect(await invoke(cloud, 'a')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
    });
    expect([await has('a first'), await has('a second')]).toEqual(written);
    expect(await invoke(cloud, 'a')).toBe('kept');
  });

  test('may die of its time or its memory', async () => {
    const { cloud } = await start();
    const dying = { caller: 'Keep', times: 1, fault: { kind: 'kill-function', when: 'before', as: 'timeout' } } as const;
    cloud.faults.add(dying);
    expect(await invoke(cloud, 'a')).toMatchObject({
      errorMessage: expect.stringContaining('Task timed out after 10.00 seconds'),
    });
    cloud.faults.add({ ...dying, fault: { ...dying.fault, as: 'out-of-memory' } });
    expect(await invoke(cloud, 'a')).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test('takes no other invocation along, and its message comes again', async () => {
    const { cloud, sqs, names, has } = await start();
    cloud.faults.add({ caller: 'Keep', action: 'PutItem', skip: 2, times: 1, fault: { kind: 'kill-function', when: 'after' } });
    const both = await Promise.all([invoke(cloud, 'a'), invoke(cloud, 'b')]);
    expect(both.filter((result) => result === 'kept')).toHaveLength(1);
    cloud.faults.add({ caller: 'Keep', action: 'PutItem', times: 1, fault: { kind: 'kill-function', when: 'after' } });
    await sqs.send(new SendMessageCommand({ QueueUrl: names['Queue'], MessageBody: 'm' }));
    await cloud.runFor(30_000);
    expect([await has('m first'), await has('m second')]).toEqual([true, false]);
    await cloud.runFor(60_000);
    expect(await has('m second')).toBe(true);
  });
});

describe('a container', () => {
  const serve = async () => {
    const { cloud, config, names } = await start();
    const image = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:model';
    const call = (action: string, input: Readonly<Record<string, unknown>>) => cloud.call('sagemaker', action, input);
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: names['ModelRole'], PrimaryContainer: { Image: image } });
    await call('CreateEndpointConfig', {
      EndpointConfigName: 'c',
      ProductionVariants: [{ VariantName: 'all', ModelName: 'm', ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 2 } }],
    });
    await call('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    const status = async () => (await call('DescribeEndpoint', { EndpointName: 'e' }))['EndpointStatus'];
    await expect.poll(status, { timeout: 15_000 }).toBe('InService');
    const runtime = new SageMakerRuntimeClient(config);
    const ask = async () => {
      const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: '{}' }));
      return Body?.transformToString();
    };
    return { cloud, ask };
  };

  test('hangs, answers garbage, crashes and comes up again', async () => {
    const { cloud, ask } = await serve();
    const once = (how: 'hang' | 'crash' | 'garbage') =>
      cloud.faults.add({ service: 'sagemaker', times: 1, fault: { kind: 'container', how, ms: 50 } });
    expect(await ask()).toBe('{"fine":true}');
    once('hang');
    await expect(ask()).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 0 });
    once('garbage');
    expect(await ask()).toContain('not what was asked for');
    once('crash');
    await expect(ask()).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 503 });
    await expect.poll(() => cloud.containers.list()[0]?.state, { timeout: 10_000 }).toBe('running');
    expect(await ask()).toBe('{"fine":true}');
  });
});
