import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, describe, expect, test } from 'vitest';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { actionTable } from '../../local/iam/action-table.ts';
import { removeFolders } from './support/function-folder.ts';
import { functionResources, writtenAssembly } from './support/written-assembly.ts';

const open: LocalCloud[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((cloud) => cloud.close()));
  removeFolders();
});

const start = async (resources: Readonly<Record<string, unknown>>, code = {}): Promise<LocalCloud> => {
  const cloud = await startLocalCloud({ assembly: writtenAssembly({ resources, code }), port: 0 });
  open.push(cloud);
  return cloud;
};

const arnOf = (logicalId: string): object => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const document = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | readonly string[], Resource: unknown, more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

const role = (service: string, statements: readonly object[], more: object = {}): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }),
    ...(statements.length > 0 && { Policies: [{ PolicyName: 'own', PolicyDocument: document(...statements) }] }),
    ...more,
  },
});

/** A function that does what its event says, with the given statements and nothing else. */
const worker = (statements: readonly object[], more: object = {}): Readonly<Record<string, unknown>> => ({
  ...functionResources('Worker', 'work'),
  WorkerRole: role('lambda.amazonaws.com', statements, more),
});

/** Hands out the credentials that it runs with, so that the test can call as it does. */
const workerCode = { work: { 'index.mjs': 'export const handler = () => process.env;' } };

const credentialsOfWorker = async (cloud: LocalCloud) => {
  const FunctionName = cloud.resources.get('app/Worker')?.ref;
  const { Payload } = await cloud.call('lambda', 'Invoke', { FunctionName, Payload: Buffer.from('{}') });
  const given = JSON.parse(Buffer.from(Payload as Uint8Array).toString()) as Readonly<Record<string, string>>;
  return {
    accessKeyId: given['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: given['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: given['AWS_SESSION_TOKEN'] ?? '',
  };
};

const configOf = async (cloud: LocalCloud) => ({
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: await credentialsOfWorker(cloud),
  maxAttempts: 1,
});

const refOf = (cloud: LocalCloud, logicalId: string): string => cloud.resources.get(`app/${logicalId}`)?.ref ?? '';

const session = /arn:aws:sts::000000000000:assumed-role\/app-WorkerRole-[A-Z2-7]+\/Worker/.source;

describe('a missing grant is refused, naming principal, action and resource as AWS does', () => {
  test('by SQS', async () => {
    const cloud = await start({ Queue: { Type: 'AWS::SQS::Queue' }, ...worker([]) }, workerCode);
    const send = new SQSClient(await configOf(cloud)).send(
      new SendMessageCommand({ QueueUrl: refOf(cloud, 'Queue'), MessageBody: 'hello' }),
    );
    const arn = String(cloud.resources.get('app/Queue')?.attributes['Arn']);
    const message = `^User: ${session} is not authorized to perform: sqs:SendMessage on resource: ${arn} because no identity-based policy allows the sqs:SendMessage action$`;
    await expect(send).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(message) as string,
    });
    expect(cloud.iam.refusals()).toMatchObject([{ caller: 'Worker', action: 'sqs:SendMessage', resource: arn }]);
  });

  test('by DynamoDB, S3 and SageMaker, each with its own code and status', async () => {
    const cloud = await start({ Bucket: { Type: 'AWS::S3::Bucket' }, ...worker([]) }, workerCode);
    const config = await configOf(cloud);
    const put = new DynamoDBClient(config).send(new PutItemCommand({ TableName: 'Any', Item: {} }));
    await expect(put).rejects.toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
    const write = new S3Client(config).send(new PutObjectCommand({ Bucket: refOf(cloud, 'Bucket'), Key: 'k', Body: 'x' }));
    await expect(write).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`s3:PutObject on resource: "arn:aws:s3:::${refOf(cloud, 'Bucket')}/k"`) as string,
      $metadata: { httpStatusCode: 403 },
    });
    const score = new SageMakerRuntimeClient(config).send(new InvokeEndpointCommand({ EndpointName: 'My-Model', Body: 'x' }));
    await expect(score).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('endpoint/my-model') as string,
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('with an explicit deny, saying so', async () => {
    const queuePolicy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: document({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: arnOf('Queue') }),
      },
    };
    const cloud = await start({ Queue: { Type: 'AWS::SQS::Queue' }, Policy: queuePolicy });
    const sending = cloud.call('sqs', 'SendMessage', { QueueUrl: refOf(cloud, 'Queue'), MessageBody: 'hello' });
    await expect(sending).rejects.toThrow(
      /:user\/operator is not authorized .* with an explicit deny in a resource-based policy$/,
    );
    expect(cloud.iam.usedStatements()).toMatchObject([{ policy: 'app/Policy', effect: 'Deny', uses: 1, decisive: 1 }]);
  });
});

describe('identity policies', () => {
  test('are inline ones, policies of the stack, managed ones of the stack and those of AWS', async () => {
    const resources = {
      One: { Type: 'AWS::SQS::Queue' },
      Two: { Type: 'AWS::SQS::Queue' },
      Three: { Type: 'AWS::SQS::Queue' },
      ...worker([allow('sqs:SendMessage', arnOf('One'))], {
        ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole' }],
      }),
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'p',
          Roles: [{ Ref: 'WorkerRole' }],
          PolicyDocument: document(allow('sqs:SendMessage', arnOf('Two'))),
        },
      },
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { Roles: [{ Ref: 'WorkerRole' }], PolicyDocument: document(allow('sqs:SendMessage', arnOf('Three'))) },
      },
    };
    const cloud = await start(resources, workerCode);
    const client = new SQSClient(await configOf(cloud));
    for (const queue of ['One', 'Two', 'Three'])
      await client.send(new SendMessageCommand({ QueueUrl: refOf(cloud, queue), MessageBody: 'hello' }));
    await client.send(new GetQueueAttributesCommand({ QueueUrl: refOf(cloud, 'One'), AttributeNames: ['QueueArn'] }));
    expect(cloud.iam.statements().map(({ policy, uses }) => `${policy} ${uses}`)).toEqual(
      expect.arrayContaining(['app/WorkerRole policy own 1', 'app/Policy 1', 'app/Managed 1']),
    );
  });

  test('that AWS keeps and nobody knows here are refused by name', async () => {
    const arn = 'arn:aws:iam::aws:policy/PowerUserAccess';
    await expect(start(worker([], { ManagedPolicyArns: [arn] }))).rejects.toThrow(
      `does not know what the managed policy ${arn} allows`,
    );
  });

  test('with boundaries are refused by name', async () => {
    await expect(start(worker([], { PermissionsBoundary: 'arn:aws:iam::000000000000:policy/b' }))).rejects.toThrow(
      /AWS::IAM::Role app\/WorkerRole sets PermissionsBoundary/,
    );
  });
});

describe('a role', () => {
  test('that the service may not take on stops the deployment', async () => {
    const resources = { ...functionResources('Worker', 'work'), WorkerRole: role('states.amazonaws.com', []) };
    await expect(start(resources, workerCode)).rejects.toThrow(
      /app\/Worker: its role cannot be assumed, so AWS refuses it: User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole/,
    );
  });

  test('that may not poll its queue stops the deployment', async () => {
    const mapping = {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf('Queue'), FunctionName: { Ref: 'Worker' } },
    };
    const grants = [allow(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], arnOf('Queue'))];
    const resources = { Queue: { Type: 'AWS::SQS::Queue' }, ...worker(grants), Mapping: mapping };
    await expect(start(resources, workerCode)).rejects.toThrow(
      /app\/Mapping: its function's role cannot poll .*sqs:DeleteMessage/,
    );
  });

  test.for([
    ['sagemaker.amazonaws.com', true],
    ['lambda.amazonaws.com', false],
  ] as const)('can be handed to %s only where the policy says so', async ([service, isAllowed]) => {
    const resources = {
      ModelRole: role('sagemaker.amazonaws.com', []),
      ...worker([
        allow('sagemaker:CreateModel', '*'),
        allow('iam:PassRole', arnOf('ModelRole'), { Condition: { StringEquals: { 'iam:PassedToService': service } } }),
      ]),
    };
    const cloud = await start(resources, workerCode);
    const ExecutionRoleArn = String(cloud.resources.get('app/ModelRole')?.attributes['Arn']);
    const client = new SageMakerClient(await configOf(cloud));
    const making = client.send(new CreateModelCommand({ ModelName: 'm', ExecutionRoleArn }));
    // What is passed on is refused for what it lacks.
    await expect(making).rejects.toThrow(
      isAllowed ? /'Image'/ : /not authorized to perform: iam:PassRole on resource: arn:aws:iam::0+:role\/app-ModelRole/,
    );
  });
});

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

test('every action of every engine has a mapping', async () => {
  const cloud = await start({});
  const missing = Object.values(cloud.engines).flatMap(({ name, actions }) =>
    [...actions].filter((action) => !Object.hasOwn(actionTable[name] ?? {}, action)).map((action) => `${name}:${action}`),
  );
  expect(missing).toEqual([]);
});

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
