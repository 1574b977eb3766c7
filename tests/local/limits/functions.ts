import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPolicyMakers } from '../../../local/assembly/make-policy.ts';
import { createCallers } from '../../../local/assembly/callers.ts';
import { startSteppedClock } from '../../../local/clock.ts';
import type { iamLimits } from '../../../local/iam/limits.ts';
import { createIam } from '../../../local/iam/iam.ts';
import {
  readAsyncInvokeSettings,
  readEventSourceSettings,
  readFunctionDefinition,
} from '../../../local/lambda/function-definition.ts';
import { startEnvironment } from '../../../local/lambda/execution-environment.ts';
import { createLambda } from '../../../local/lambda/lambda.ts';
import type { lambdaLimits } from '../../../local/lambda/limits.ts';
import { AwsError } from '../../../local/service.ts';
import { functionOf } from '../support/function-folder.ts';
import type { Proofs } from './proof.ts';
import { operator, place } from './proof.ts';

type Input = Readonly<Record<string, unknown>>;

const text = (length: number): string => 'x'.repeat(Math.max(0, length));
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

const startLambda = () =>
  createLambda({
    clock: startSteppedClock(0),
    ...place,
    dispatch: () => Promise.resolve({}),
    endpoint: 'http://127.0.0.1',
    responseEndpoint: 'http://127.0.0.1',
    credentialsOf: () => credentials,
    maxEnvironments: 1,
  });

const template = (properties: Input, name = 'fn') =>
  readFunctionDefinition(
    { Role: 'arn:aws:iam::000000000000:role/fn', Handler: 'index.handler', Runtime: 'nodejs24.x', ...properties },
    { name, arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`, logicalId: 'Fn', codeFolder: '/none' },
  );

const mapping = (properties: Input) =>
  readEventSourceSettings({ EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:q', FunctionName: 'fn', ...properties }, 'm');

/** A function that never answers; what is asked of is whether Lambda takes the invocation in. */
const hanging = 'export const handler = () => new Promise(() => {});';

const invoke = async (input: Input, source = 'export const handler = () => null;'): Promise<void> => {
  const lambda = startLambda();
  try {
    lambda.createFunction(functionOf(source));
    await lambda.call({ caller: operator, service: 'lambda', action: 'Invoke', input: { FunctionName: 'app-Fn', ...input } });
  } finally {
    await lambda.close();
  }
};

const json = (bytes: number): Buffer => Buffer.from(JSON.stringify(text(bytes - 2)));

const invokeAtOnce = async (count: number): Promise<void> => {
  const lambda = startLambda();
  lambda.createFunction(functionOf(hanging));
  const input = { FunctionName: 'app-Fn' };
  const all = Array.from({ length: count }, () => lambda.call({ caller: operator, service: 'lambda', action: 'Invoke', input }));
  // Whoever is throttled is told at once; the others wait for an answer that does not come.
  const told = Promise.race(all.map((each) => each.then(() => undefined)));
  const settled = Promise.allSettled(all);
  try {
    await Promise.race([told, new Promise((resolve) => setImmediate(resolve))]);
  } finally {
    await lambda.close();
    await settled;
  }
};

const respond = async (bytes: number): Promise<void> => {
  const environment = startEnvironment({
    definition: functionOf(`export const handler = () => 'x'.repeat(${bytes - 2});`),
    variables: {},
    responseEndpoint: 'http://127.0.0.1',
    sharedTime: startSteppedClock(0).shared,
    logStream: 's',
    log: () => undefined,
  });
  try {
    const result = await environment.invoke({ requestId: 'r', event: '{}' });
    if (result.kind === 'failed') throw new AwsError(result.error.errorType, result.error.errorMessage);
  } finally {
    await environment.close();
  }
};

/** A file of nothing but holes: it has its size and takes no room. */
const deployCode = (bytes: number): void => {
  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  try {
    writeFileSync(join(folder, 'index.mjs'), '');
    truncateSync(join(folder, 'index.mjs'), bytes);
    startLambda().createFunction(functionOf('', { codeFolder: folder }));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const reserve = (together: number): void => {
  const lambda = startLambda();
  lambda.createFunction(functionOf('', { name: 'one', reservedConcurrency: 0 }));
  lambda.createFunction(functionOf('', { name: 'two', reservedConcurrency: together }));
};

const makers = () =>
  createPolicyMakers({ iam: createIam({ ...place, clock: startSteppedClock(0) }), place, callers: createCallers() });

const make = (made: ReturnType<typeof makers>, type: string, properties: Input, name = 'made') =>
  made[type]?.({
    type,
    properties,
    stack: 's',
    stackId: 's',
    logicalId: 'R',
    nameFrom: () => name,
  });

const statementOf = (Resource: string) => ({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource });
/** A policy of exactly so many characters. */
const policyOf = (characters: number) => {
  const policy = (resource: string) => ({ Version: '2012-10-17', Statement: [statementOf(resource)] });
  return policy(text(characters - JSON.stringify(policy('')).length));
};
const trustOf = (characters: number) => {
  const policy = (Sid: string) => ({
    Version: '2012-10-17',
    Statement: [{ Sid, Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  });
  return policy(text(characters - JSON.stringify(policy('')).length));
};

const role = (properties: Input, name?: string): unknown =>
  make(makers(), 'AWS::IAM::Role', { AssumeRolePolicyDocument: trustOf(200), ...properties }, name);

const permit = (bytes: number): void => {
  const made = makers();
  const permission = (SourceArn: string) =>
    make(made, 'AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: 'fn',
      Principal: 'events.amazonaws.com',
      SourceArn,
    });
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:fn',
        Condition: { ArnLike: { 'aws:SourceArn': '' } },
      },
    ],
  };
  const empty = JSON.stringify(document).length;
  const source = 'arn:aws:events:eu-central-1:000000000000:rule/';
  permission(source + text(1000 - source.length));
  permission(source + text(bytes - 2 * empty - 1000 - source.length));
};

export const lambdaProofs: Proofs<typeof lambdaLimits> = {
  functionName: (n) => template({}, text(n)),
  handler: (n) => template({ Handler: text(n) }),
  timeout: (n) => template({ Timeout: n }),
  memory: (n) => template({ MemorySize: n }),
  environment: (n) => template({ Environment: { Variables: { ONE: text(100), TWO: text(n - 106) } } }),
  code: deployCode,
  policy: permit,
  request: (n) => invoke({ Payload: json(n) }),
  asyncRequest: (n) => invoke({ Payload: json(n), InvocationType: 'Event' }),
  response: respond,
  concurrency: invokeAtOnce,
  reserved: reserve,
  batch: (n) => mapping({ BatchSize: n, MaximumBatchingWindowInSeconds: 1 }),
  batchWithoutWindow: (n) => mapping({ BatchSize: n }),
  window: (n) => mapping({ MaximumBatchingWindowInSeconds: n }),
  mappingConcurrency: (n) => mapping({ ScalingConfig: { MaximumConcurrency: n } }),
  retryAttempts: (n) => readAsyncInvokeSettings({ MaximumRetryAttempts: n }, 'c'),
  eventAge: (n) => readAsyncInvokeSettings({ MaximumEventAgeInSeconds: n }, 'c'),
};

export const iamProofs: Proofs<typeof iamLimits> = {
  rolePolicies: (n) =>
    role({
      Policies: [
        { PolicyName: 'one', PolicyDocument: policyOf(1000) },
        { PolicyName: 'two', PolicyDocument: policyOf(n - 1000) },
      ],
    }),
  managedPolicy: (n) =>
    make(makers(), 'AWS::IAM::ManagedPolicy', { PolicyDocument: policyOf(n) }, 'arn:aws:iam::000000000000:policy/p'),
  trustPolicy: (n) => role({ AssumeRolePolicyDocument: trustOf(n) }),
  managedPolicies: (n) => {
    const made = makers();
    make(made, 'AWS::IAM::Role', { AssumeRolePolicyDocument: trustOf(200) }, 'r');
    for (let index = 0; index < n; index++) {
      make(made, 'AWS::IAM::ManagedPolicy', { PolicyDocument: policyOf(200), Roles: ['r'] }, `policy-${index}`);
    }
  },
  roleName: (n) => role({}, text(n)),
};
