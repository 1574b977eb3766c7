import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { readFunctionDefinition } from '../../local/lambda/function-definition.ts';
import type { FunctionDefinition } from '../../local/lambda/function-definition.ts';
import { createLambda } from '../../local/lambda/lambda.ts';
import type { Lambda } from '../../local/lambda/lambda.ts';
import type { ApiCall } from '../../local/service.ts';
import { folderOf, functionOf, removeFolders } from './support/function-folder.ts';

const operator = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };
const started: Lambda[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((lambda) => lambda.close()));
  removeFolders();
});

const startLambda = (...functions: FunctionDefinition[]) => {
  const clock = startSteppedClock(Date.UTC(2026, 0, 5));
  const sent: ApiCall[] = [];
  const lambda = createLambda({
    clock,
    dispatch: (call) => {
      sent.push(call);
      return Promise.resolve({});
    },
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    responseEndpoint: 'http://127.0.0.1:2',
    credentialsOf: (caller) => ({ accessKeyId: `key-of-${caller.name}`, secretAccessKey: 'secret', sessionToken: 'token' }),
  });
  started.push(lambda);
  for (const definition of functions) lambda.createFunction(definition);
  const call = (action: string, input: Record<string, unknown>) =>
    lambda.call({ caller: operator, service: 'lambda', action, input });
  const invoke = async (event: unknown = {}, input: Record<string, unknown> = {}) => {
    const reply = await call('Invoke', { FunctionName: 'app-Fn', Payload: Buffer.from(JSON.stringify(event)), ...input });
    const payload = reply['Payload'] as Uint8Array | undefined;
    return { ...reply, value: payload && (JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>) };
  };
  return { lambda, clock, sent, call, invoke };
};

describe('a function', () => {
  test('gets the event and a context, and its result is the payload', async () => {
    const { invoke } = startLambda(
      functionOf(`export const handler = async (event, context) => ({
        event, name: context.functionName, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
        id: typeof context.awsRequestId, left: context.getRemainingTimeInMillis() })`),
    );
    const { value, ...reply } = await invoke({ a: 1 });
    expect(reply).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(reply).not.toHaveProperty('FunctionError');
    expect(value).toMatchObject({
      event: { a: 1 },
      name: 'app-Fn',
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:app-Fn',
      memory: '128',
      id: 'string',
    });
    expect(value?.['left']).toBeGreaterThan(3000);
    expect(value?.['left']).toBeLessThanOrEqual(5000);
  });

  test('sees its own variables and those of Lambda, and none of the host', async () => {
    process.env['HOST_SECRET'] = 'host';
    const { invoke } = startLambda(functionOf('export const handler = async () => process.env', { environment: { TABLE: 't' } }));
    const { value } = await invoke();
    delete process.env['HOST_SECRET'];
    expect(value).toMatchObject({
      TABLE: 't',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key-of-Fn',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_LAMBDA_FUNCTION_NAME: 'app-Fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      _HANDLER: 'index.handler',
    });
    expect(value?.['_X_AMZN_TRACE_ID']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
    expect(value).not.toHaveProperty('HOST_SECRET');
    expect(value).not.toHaveProperty('HOME');
  });

  test('keeps its module state between invocations, as a warm environment does', async () => {
    const { invoke } = startLambda(functionOf('let count = 0; export const handler = async () => ({ count: ++count })'));
    await invoke();
    expect((await invoke()).value).toEqual({ count: 2 });
  });

  test('runs concurrent invocations in environments of their own', async () => {
    const { invoke } = startLambda(
      functionOf(
        'let count = 0; export const handler = async () => { await new Promise((r) => setTimeout(r, 50)); return { count: ++count } }',
      ),
    );
    const results = await Promise.all([invoke(), invoke(), invoke()]);
    expect(results.map(({ value }) => value)).toEqual([{ count: 1 }, { count: 1 }, { count: 1 }]);
  });

  test('of CommonJS runs, although a package.json above says that .js is a module', async () => {
    const above = folderOf({ 'package.json': '{"type":"module"}' });
    mkdirSync(`${above}/code`);
    writeFileSync(`${above}/code/index.js`, 'const { sep } = require("node:path"); exports.handler = async () => ({ sep })');
    const { invoke } = startLambda(functionOf('', { codeFolder: `${above}/code` }));
    expect((await invoke()).value).toHaveProperty('sep');
  });

  test('finds the AWS SDK that the runtime brings along', async () => {
    const { invoke } = startLambda(
      functionOf(
        'import { SQSClient } from "@aws-sdk/client-sqs"; export const handler = async () => ({ sdk: typeof SQSClient })',
        {
          timeoutSeconds: 20,
        },
      ),
    );
    expect((await invoke()).value).toEqual({ sdk: 'function' });
  });

  test('of CommonJS finds that AWS SDK too', async () => {
    const codeFolder = folderOf({
      'index.js':
        'const { SQSClient } = require("@aws-sdk/client-sqs"); exports.handler = async () => ({ sdk: typeof SQSClient })',
    });
    const { invoke } = startLambda(functionOf('', { codeFolder }));
    expect((await invoke()).value).toEqual({ sdk: 'function' });
  });

  test('leaves its log lines where they can be read', async () => {
    const { lambda, invoke } = startLambda(
      functionOf('export const handler = async () => { console.log("one\\ntwo"); console.error("three") }'),
    );
    expect((await invoke()).value).toBeNull();
    await expect.poll(() => lambda.logsOf('app-Fn')).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });
});

describe('an invocation fails', () => {
  const failureOf = async (source: string, settings: Partial<FunctionDefinition> = {}) => {
    const { invoke } = startLambda(functionOf(source, settings));
    const { value, ...reply } = await invoke();
    expect(reply).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    return value;
  };

  test('with type, message and trace of what the handler threw', async () => {
    const value = await failureOf('export const handler = async () => { throw new RangeError("too far") }');
    expect(value).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
    expect(value?.['trace']).toEqual(expect.arrayContaining(['RangeError: too far']));
  });

  test('with a timeout, which ends the environment', async () => {
    const source = `let count = 0; export const handler = async (event) => { count++; while (event.hang) {} return { count } }`;
    const { invoke } = startLambda(functionOf(source, { timeoutSeconds: 0.3 }));
    expect((await invoke()).value).toEqual({ count: 1 });
    const { value } = await invoke({ hang: true });
    expect(value?.['errorType']).toBe('Sandbox.Timedout');
    expect(value?.['errorMessage']).toMatch(/^RequestId: \S+ Error: Task timed out after 0.30 seconds$/);
    expect((await invoke()).value).toEqual({ count: 1 });
  });

  test('with a heap over the memory size', async () => {
    const source = 'export const handler = async () => { const all = []; for (;;) all.push(new Array(10000).fill(all.length)) }';
    expect(await failureOf(source, { memoryMb: 32, timeoutSeconds: 20 })).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test.each([
    ['that exits', 'export const handler = async () => process.exit(3)', 'Runtime.ExitError', /exit status 3/],
    ['without the handler', 'export const other = 1', 'Runtime.HandlerNotFound', /index.handler is undefined or not exported/],
    ['with a missing module', 'import "not-there"; export const handler = 1', 'Runtime.ImportModuleError', /not-there/],
    ['with a syntax error', 'export const handler = async ( => 1', 'Runtime.UserCodeSyntaxError', /SyntaxError/],
    ['that throws while loading', 'throw new TypeError("at load"); export const handler = 1', 'TypeError', /at load/],
    [
      'that forgets a rejection',
      'export const handler = () => { Promise.reject(new Error("lost")); return new Promise(() => {}) }',
      'Runtime.UnhandledPromiseRejection',
      /Error: lost/,
    ],
    ['that returns what is no JSON', 'export const handler = async () => 1n', 'Runtime.MarshalError', /Unable to stringify/],
    [
      'that returns over 6 MB',
      'export const handler = async () => "x".repeat(6291556)',
      'Function.ResponseSizeTooLarge',
      /6291556 bytes/,
    ],
  ])('of code %s', async (_name, source, errorType, message) => {
    const value = await failureOf(source);
    expect(value?.['errorType']).toBe(errorType);
    expect(value?.['errorMessage']).toMatch(message);
  });
});

describe('Invoke', () => {
  const sleeper = 'export const handler = async () => { await new Promise((r) => setTimeout(r, 100)); return 1 }';

  test('over the reserved concurrency is throttled', async () => {
    const { invoke } = startLambda(functionOf(sleeper, { reservedConcurrency: 1 }));
    const [first, second] = await Promise.allSettled([invoke(), invoke()]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'TooManyRequestsException', status: 429 } });
  });

  test('of an unknown function is refused as on AWS', async () => {
    const { call } = startLambda();
    await expect(call('Invoke', { FunctionName: 'none' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });

  test('takes at most 6 MB, and what is JSON', async () => {
    const { invoke, call } = startLambda(functionOf(sleeper));
    await expect(invoke('x'.repeat(6_291_456))).rejects.toMatchObject({ code: 'RequestTooLargeException' });
    await expect(call('Invoke', { FunctionName: 'app-Fn', Payload: Buffer.from('{') })).rejects.toMatchObject({
      code: 'InvalidRequestContentException',
    });
  });

  test('as a dry run starts nothing', async () => {
    const { invoke, lambda } = startLambda(functionOf(sleeper));
    expect(await invoke({}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
    expect(lambda.invocationCounts()).toEqual({ Fn: 0 });
  });

  test('of a type that is not known is refused by name', async () => {
    const { call } = startLambda();
    await expect(call('PublishVersion', {})).rejects.toThrow('lambda:PublishVersion');
  });
});

describe('an asynchronous invocation', () => {
  test('that fails is retried after one and two minutes, then goes to the destination and the dead-letter queue', async () => {
    const queue = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
    const { lambda, clock, sent, invoke } = startLambda(
      functionOf('export const handler = async () => { throw new Error("no") }', { deadLetterArn: queue('dead') }),
    );
    lambda.configureAsyncInvoke('app-Fn', {
      maximumRetryAttempts: 2,
      maximumEventAgeSeconds: 3600,
      onFailureArn: queue('failed'),
    });
    expect(await invoke({ n: 7 }, { InvocationType: 'Event' })).toMatchObject({ StatusCode: 202 });
    const attempts = () => (lambda.busy() === 0 ? lambda.invocationCounts()['Fn'] : -1);
    await expect.poll(attempts).toBe(1);
    await clock.advance(59_000);
    expect(lambda.busy()).toBe(0);
    await clock.advance(1000);
    await expect.poll(attempts).toBe(2);
    await clock.advance(119_000);
    expect(lambda.busy()).toBe(0);
    await clock.advance(1000);
    await expect.poll(() => sent.length).toBe(2);
    expect(lambda.invocationCounts()).toEqual({ Fn: 3 });
    expect(sent.map((call) => [call.service, call.action, String(call.input['QueueUrl']).split('/').at(-1)])).toEqual([
      ['sqs', 'SendMessage', 'failed'],
      ['sqs', 'SendMessage', 'dead'],
    ]);
    expect(JSON.parse(String(sent[0]?.input['MessageBody']))).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { n: 7 },
      responsePayload: { errorMessage: 'no' },
    });
    expect(sent[1]?.input['MessageBody']).toBe('{"n":7}');
  });
});

describe('the properties of a function', () => {
  const read = (properties: Record<string, unknown>) =>
    readFunctionDefinition(
      { Role: 'arn:role', Handler: 'index.handler', Runtime: 'nodejs24.x', ...properties },
      { name: 'n', arn: 'a', logicalId: 'Fn', codeFolder: '/code' },
    );

  test('have the defaults of AWS', () => {
    expect(read({})).toMatchObject({ timeoutSeconds: 3, memoryMb: 128, environment: {}, logGroup: '/aws/lambda/n' });
  });

  test.each([
    [{ VpcConfig: {} }, 'function Fn: the local cloud does not know VpcConfig'],
    [{ Layers: [], FileSystemConfigs: [] }, 'Layers, FileSystemConfigs'],
    [{ Runtime: 'python3.13' }, 'python3.13'],
    [{ PackageType: 'Image' }, 'container image'],
  ])('%j are refused by name', (properties, message) => {
    expect(() => read(properties)).toThrow(message);
  });
});
