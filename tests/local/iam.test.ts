import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, test } from 'vitest';
import { actionTable } from '../../local/iam/action-table.ts';
import { functionResources } from './support/written-assembly.ts';
import { start, arnOf, document, allow, role, worker, workerCode, configOf, refOf, session } from './iam-fixture.ts';

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

test('every action of every engine has a mapping', async () => {
  const cloud = await start({});
  const missing = Object.values(cloud.engines).flatMap(({ name, actions }) =>
    [...actions].filter((action) => !Object.hasOwn(actionTable[name] ?? {}, action)).map((action) => `${name}:${action}`),
  );
  expect(missing).toEqual([]);
});
