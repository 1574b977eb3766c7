import { afterEach, expect, test } from 'vitest';
import { withoutTls } from '../../local/iam/request-recording.ts';
import type { RequestRecording } from '../../local/iam/request-recording.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { allow, arnOf, document, refOf, worker } from './iam-fixture.ts';
import { removeFolders } from './support/function-folder.ts';
import { writtenAssembly } from './support/written-assembly.ts';

let cloud: LocalCloud | undefined;

afterEach(async () => {
  await cloud?.close();
  removeFolders();
});

/** Counts the messages of the queue that its environment names, as its one role lets it. */
const count = `
const { SQSClient, GetQueueAttributesCommand } = require('@aws-sdk/client-sqs');
exports.handler = () => new SQSClient().send(new GetQueueAttributesCommand({ QueueUrl: process.env.QUEUE }));`;

const startCounter = async (): Promise<{ readonly cloud: LocalCloud; readonly recording: RequestRecording }> => {
  const { Worker, ...role } = worker([
    allow('sqs:GetQueueAttributes', arnOf('Queue')),
    allow('sqs:Get*', arnOf('Queue')),
    allow('sqs:SendMessage', arnOf('Queue')),
  ]) as Readonly<Record<string, { readonly Properties: object }>>;
  const resources = {
    ...role,
    Worker: { ...Worker, Properties: { ...Worker?.Properties, Environment: { Variables: { QUEUE: { Ref: 'Queue' } } } } },
    Queue: { Type: 'AWS::SQS::Queue' },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: document({
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: arnOf('Queue'),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      },
    },
  };
  const assembly = writtenAssembly({ resources, code: { work: { 'index.js': count } } });
  cloud = await startLocalCloud({ assembly, port: 0, requests: 'recorded' });
  const { recording } = cloud.iam;
  if (!recording) throw new Error('nothing is recorded');
  return { cloud, recording };
};

const worthOf = (recording: RequestRecording, altered?: Parameters<RequestRecording['withoutEach']>[0]) =>
  recording
    .withoutEach(altered)
    .map(({ statement, changed }) => [
      `${statement.policy.split(' ')[0]}: ${statement.effect} ${statement.actions.join()}`,
      [...new Set(changed.map(({ action }) => action))],
    ]);

test('a statement is worth the requests that fare otherwise without it: none where another says the same', async () => {
  const started = await startCounter();
  const FunctionName = refOf(started.cloud, 'Worker');
  for (let round = 0; round < 3; round++) await started.cloud.call('lambda', 'Invoke', { FunctionName, Payload: '{}' });
  expect(worthOf(started.recording)).toEqual([
    ['app/WorkerRole: Allow sts:AssumeRole', ['sts:AssumeRole']],
    ['app/WorkerRole: Allow sqs:GetQueueAttributes', []],
    ['app/WorkerRole: Allow sqs:Get*', []],
    ['app/WorkerRole: Allow sqs:SendMessage', []],
    ['app/Policy: Deny sqs:*', []],
  ]);
  expect(worthOf(started.recording, withoutTls).at(-1)).toEqual(['app/Policy: Deny sqs:*', ['sqs:GetQueueAttributes']]);
  expect(started.recording.changedSince()).toEqual([]);
});

test('what is asked three times is kept once, whatever the time', async () => {
  const started = await startCounter();
  const FunctionName = refOf(started.cloud, 'Worker');
  const QueueUrl = refOf(started.cloud, 'Queue');
  for (let round = 0; round < 3; round++) {
    await started.cloud.call('lambda', 'Invoke', { FunctionName, Payload: '{}' });
    await started.cloud.call('sqs', 'GetQueueAttributes', { QueueUrl });
    await started.cloud.clock.advance(60_000);
  }
  const asked = started.recording.requests().map(({ request }) => `${request.principal.kind} ${request.action}`);
  expect(asked.filter((one) => one.endsWith('sqs:GetQueueAttributes')).toSorted()).toEqual([
    'role sqs:GetQueueAttributes',
    'user sqs:GetQueueAttributes',
  ]);
});
