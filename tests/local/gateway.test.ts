import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import type { Gateway } from '../../local/gateway.ts';
import { AwsError, UnsupportedError } from '../../local/service.ts';
import { clientConfig, fakeService, startTestGateway } from './gateway-fixture.ts';

let gateway: Gateway | undefined;

afterEach(() => gateway?.close());

const signedAs = (accessKeyId: string, service: string): string =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

test('a JSON call arrives with its caller, service, action and members, and its result comes back', async () => {
  const dynamodb = fakeService('dynamodb', { GetItem: () => ({ Item: { id: { S: 'a' }, bytes: { B: 'AQID' } } }) });
  gateway = await startTestGateway([dynamodb]);
  const client = new DynamoDBClient(clientConfig(gateway.endpoint));

  const { Item } = await client.send(new GetItemCommand({ TableName: 'tickets', Key: { id: { S: 'a' } } }));

  expect(Item).toEqual({ id: { S: 'a' }, bytes: { B: new Uint8Array([1, 2, 3]) } });
  expect(dynamodb.calls).toEqual([
    {
      caller: { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' },
      service: 'dynamodb',
      action: 'GetItem',
      input: { TableName: 'tickets', Key: { id: { S: 'a' } } },
    },
  ]);
});

test('an AWS error keeps its code, message, status and members', async () => {
  const dynamodb = fakeService('dynamodb', {
    PutItem: () => {
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, { Item: { id: { S: 'a' } } });
    },
  });
  gateway = await startTestGateway([dynamodb]);
  const client = new DynamoDBClient(clientConfig(gateway.endpoint));

  await expect(client.send(new PutItemCommand({ TableName: 'tickets', Item: { id: { S: 'a' } } }))).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    Item: { id: { S: 'a' } },
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
});

test('an unknown action is refused by name and not retried', async () => {
  gateway = await startTestGateway([fakeService('events', {})]);
  const client = new EventBridgeClient(clientConfig(gateway.endpoint));

  await expect(client.send(new ListEventBusesCommand({}))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringContaining('events:ListEventBuses'),
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
});

test('an unknown service is refused by name', async () => {
  gateway = await startTestGateway();
  const client = new SFNClient(clientConfig(gateway.endpoint));

  await expect(client.send(new StartExecutionCommand({ stateMachineArn: 'arn:x' }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: expect.stringContaining('states:StartExecution'),
  });
});

test('logs, metrics and traces are refused by name', async () => {
  gateway = await startTestGateway();
  const send = (service: string, path: string, headers: Record<string, string>): Promise<Response> =>
    fetch(gateway!.endpoint + path, {
      method: 'POST',
      headers: { authorization: signedAs('AKIAOPERATOR', service), ...headers },
      body: '{}',
    });

  const logs = await send('logs', '/', { 'x-amz-target': 'Logs_20140328.PutLogEvents' });
  const metrics = await send('monitoring', '/service/GraniteServiceVersion20100801/operation/PutMetricData', {});
  const traces = await send('xray', '/TraceSegments', {});

  expect([logs.status, metrics.status, traces.status]).toEqual([400, 400, 400]);
  expect(await logs.text()).toContain('logs:PutLogEvents');
  expect(await metrics.text()).toContain('PutMetricData');
  expect(await traces.text()).toContain('xray:POST /TraceSegments');
});

test('an access key that nobody was given is refused before the service sees the call', async () => {
  const dynamodb = fakeService('dynamodb', { GetItem: () => ({}) });
  gateway = await startTestGateway([dynamodb]);
  const client = new DynamoDBClient(clientConfig(gateway.endpoint, 'AKIASTRANGER'));

  await expect(client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } }))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
    $metadata: { httpStatusCode: 403 },
  });
  expect(dynamodb.calls).toEqual([]);
});

test('a call without a signature is refused', async () => {
  gateway = await startTestGateway([fakeService('dynamodb', { GetItem: () => ({}) })]);

  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    body: '{}',
  });

  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
});

test('a call signed for another region is refused', async () => {
  gateway = await startTestGateway([fakeService('dynamodb', { GetItem: () => ({}) })]);
  const client = new DynamoDBClient({ ...clientConfig(gateway.endpoint), region: 'us-east-1' });

  await expect(client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } }))).rejects.toMatchObject({
    name: 'InvalidSignatureException',
    message: expect.stringContaining("'us-east-1'"),
  });
});

test('an engine that breaks answers InternalFailure and is logged', async () => {
  const lines: string[] = [];
  const lambda = fakeService('lambda', {
    Invoke: () => {
      throw new TypeError('a defect');
    },
  });
  gateway = await startTestGateway([lambda], (line) => lines.push(line));

  const response = await fetch(`${gateway.endpoint}/2015-03-31/functions/f/invocations`, {
    method: 'POST',
    headers: { authorization: signedAs('AKIAOPERATOR', 'lambda') },
    body: '{}',
  });

  expect(response.status).toBe(500);
  expect(response.headers.get('x-amzn-errortype')).toBe('InternalFailure');
  expect(lines.join()).toContain('lambda:Invoke');
  expect(lines.join()).toContain('a defect');
});

test('what an engine says it does not support is refused, not retried', async () => {
  const dynamodb = fakeService('dynamodb', {
    GetItem: () => {
      throw new UnsupportedError('no ProjectionExpression here');
    },
  });
  gateway = await startTestGateway([dynamodb]);
  const client = new DynamoDBClient(clientConfig(gateway.endpoint));

  await expect(client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } }))).rejects.toMatchObject({
    name: 'UnsupportedOperation',
    message: 'no ProjectionExpression here',
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
});

test('SQS errors carry the query code that older clients read', async () => {
  const sqs = fakeService('sqs', {
    GetQueueUrl: () => {
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    },
  });
  gateway = await startTestGateway([sqs]);
  const client = new SQSClient(clientConfig(gateway.endpoint));

  await expect(client.send(new GetQueueUrlCommand({ QueueName: 'gone' }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue', Type: 'Sender' },
  });
});

test('STS says who calls', async () => {
  gateway = await startTestGateway();

  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: { authorization: signedAs('AKIAFUNCTION', 'sts'), 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });

  const text = await response.text();
  expect(text).toContain('<Arn>arn:aws:sts::000000000000:assumed-role/route/route</Arn>');
  expect(text).toContain('<Account>000000000000</Account>');
});

test('calls are counted by caller, service and action, whether they came over HTTP or not', async () => {
  const dynamodb = fakeService('dynamodb', { GetItem: () => ({}) });
  gateway = await startTestGateway();
  gateway.register(dynamodb);
  const get = new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } });
  const operator = new DynamoDBClient(clientConfig(gateway.endpoint));
  await operator.send(get);
  await operator.send(get);
  await new DynamoDBClient(clientConfig(gateway.endpoint, 'AKIAFUNCTION')).send(get);
  const caller = { name: 'route', principal: 'arn:r' };
  await gateway.dispatch({ caller, service: 'dynamodb', action: 'GetItem', input: {} });
  await expect(gateway.dispatch({ caller, service: 'dynamodb', action: 'Scan', input: {} })).rejects.toThrow('dynamodb:Scan');

  expect(gateway.counts()).toMatchObject([
    { caller: 'operator', service: 'dynamodb', action: 'GetItem', count: 2 },
    { caller: 'route', service: 'dynamodb', action: 'GetItem', count: 2 },
    { caller: 'route', service: 'dynamodb', action: 'Scan', count: 1 },
  ]);
  expect(gateway.counts()[0]?.bytesIn).toBeGreaterThan(0);
});

test('two engines for one service are refused', async () => {
  gateway = await startTestGateway([fakeService('sqs', {})]);

  expect(() => gateway?.register(fakeService('sqs', {}))).toThrow('sqs');
});

test('a port in use is an error at start', async () => {
  gateway = await startTestGateway();
  const { startGateway } = await import('../../local/gateway.ts');
  const port = Number(new URL(gateway.endpoint).port);

  await expect(
    startGateway({ port, host: '127.0.0.1', services: [], identify: () => undefined, accountId: '0', region: 'r' }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
