import { SageMakerClient, CreateModelCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, expect, test } from 'vitest';
import type { Gateway } from '../../local/gateway.ts';
import { AwsError } from '../../local/service.ts';
import { clientConfig, fakeService, startTestGateway } from './gateway-fixture.ts';

let gateway: Gateway | undefined;

afterEach(() => gateway?.close());

const signedAs = (accessKeyId: string, service: string): string =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

test('a function is invoked with its raw payload and answers with its own', async () => {
  const lambda = fakeService('lambda', {
    Invoke: () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '$LATEST',
      Payload: Buffer.from('{"ok":false}'),
    }),
  });
  gateway = await startTestGateway([lambda]);
  const name = 'arn:aws:lambda:eu-central-1:000000000000:function:f';

  const response = await fetch(
    `${gateway.endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations?Qualifier=live`,
    {
      method: 'POST',
      headers: { authorization: signedAs('AKIAFUNCTION', 'lambda'), 'x-amz-invocation-type': 'RequestResponse' },
      body: '{"a":1}',
    },
  );

  expect(await response.json()).toEqual({ ok: false });
  expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
  expect(lambda.calls[0]?.input).toEqual({
    FunctionName: name,
    InvocationType: 'RequestResponse',
    Qualifier: 'live',
    Payload: Buffer.from('{"a":1}'),
  });
});

test('an endpoint is invoked with body and content type, and names the variant that answered', async () => {
  const sagemaker = fakeService('sagemaker', {
    InvokeEndpoint: ({ input }) => ({
      Body: input['Body'],
      ContentType: 'application/json',
      InvokedProductionVariant: 'AllTraffic',
    }),
  });
  gateway = await startTestGateway([sagemaker]);
  const client = new SageMakerRuntimeClient(clientConfig(gateway.endpoint));

  const reply = await client.send(
    new InvokeEndpointCommand({ EndpointName: 'sb-routing-v1', Body: '{"instances":[]}', ContentType: 'application/json' }),
  );

  expect(Buffer.from(reply.Body).toString()).toBe('{"instances":[]}');
  expect(reply.InvokedProductionVariant).toBe('AllTraffic');
  expect(sagemaker.calls[0]?.input).toMatchObject({ EndpointName: 'sb-routing-v1', ContentType: 'application/json' });
});

test('a failing endpoint answers ModelError with what the container said', async () => {
  const sagemaker = fakeService('sagemaker', {
    InvokeEndpoint: () => {
      throw new AwsError('ModelError', 'Received server error (500)', 424, { OriginalStatusCode: 500, OriginalMessage: 'boom' });
    },
  });
  gateway = await startTestGateway([sagemaker]);
  const client = new SageMakerRuntimeClient(clientConfig(gateway.endpoint));

  await expect(client.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: '{}' }))).rejects.toMatchObject({
    name: 'ModelError',
    message: 'Received server error (500)',
    OriginalStatusCode: 500,
    OriginalMessage: 'boom',
    $metadata: { httpStatusCode: 424, attempts: 1 },
  });
});

test('the control plane of SageMaker and its runtime are one service', async () => {
  const sagemaker = fakeService('sagemaker', { CreateModel: () => ({ ModelArn: 'arn:m' }) });
  gateway = await startTestGateway([sagemaker]);
  const client = new SageMakerClient(clientConfig(gateway.endpoint));

  expect(await client.send(new CreateModelCommand({ ModelName: 'm' }))).toMatchObject({ ModelArn: 'arn:m' });
});

test('schedules are created, read, listed and deleted by their paths', async () => {
  const schedule = { Name: 'nightly', GroupName: 'signalbox', CreationDate: 1_700_000_000 };
  const scheduler = fakeService('scheduler', {
    CreateSchedule: () => ({ ScheduleArn: 'arn:s' }),
    GetSchedule: () => schedule,
    ListSchedules: () => ({ Schedules: [schedule] }),
    DeleteSchedule: () => ({}),
  });
  gateway = await startTestGateway([scheduler]);
  const client = new SchedulerClient(clientConfig(gateway.endpoint));

  await client.send(
    new CreateScheduleCommand({
      Name: 'nightly',
      GroupName: 'signalbox',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: 'arn:t', RoleArn: 'arn:r' },
    }),
  );
  const read = await client.send(new GetScheduleCommand({ Name: 'nightly', GroupName: 'signalbox' }));
  const listed = await client.send(new ListSchedulesCommand({ GroupName: 'signalbox', MaxResults: 5 }));
  await client.send(new DeleteScheduleCommand({ Name: 'nightly', GroupName: 'signalbox' }));

  expect(read.CreationDate).toEqual(new Date(1_700_000_000_000));
  expect(listed.Schedules).toHaveLength(1);
  expect(scheduler.calls.map(({ action, input }) => [action, input])).toMatchObject([
    ['CreateSchedule', { Name: 'nightly', GroupName: 'signalbox', ScheduleExpression: 'rate(1 day)' }],
    ['GetSchedule', { Name: 'nightly', GroupName: 'signalbox' }],
    ['ListSchedules', { GroupName: 'signalbox', MaxResults: 5 }],
    ['DeleteSchedule', { Name: 'nightly', GroupName: 'signalbox' }],
  ]);
});

test('query calls read lists and maps out of dotted names', async () => {
  const sns = fakeService('sns', { Publish: () => ({ MessageId: 'm-1' }) });
  gateway = await startTestGateway([sns]);

  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: { authorization: signedAs('AKIAOPERATOR', 'sns'), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: 'arn:t',
      Message: 'a & b',
      'MessageAttributes.entry.1.Name': 'kind',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'alarm',
      'Ids.member.2': 'second',
      'Ids.member.1': 'first',
    }).toString(),
  });

  expect(await response.text()).toContain('<PublishResult><MessageId>m-1</MessageId></PublishResult>');
  expect(sns.calls[0]?.input).toEqual({
    TopicArn: 'arn:t',
    Message: 'a & b',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'alarm' } },
    Ids: ['first', 'second'],
  });
});
