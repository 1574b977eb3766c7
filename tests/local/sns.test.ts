import { expect, test } from 'vitest';
import { startSteppedClock, type Clock } from '../../local/clock.ts';
import { AwsError, type ApiCall } from '../../local/service.ts';
import { createSns, type Sns } from '../../local/sns.ts';

const region = 'eu-central-1';
const accountId = '000000000000';
const caller = { name: 'operator', principal: 'arn:aws:iam::000000000000:user/operator' };
const queueArn = `arn:aws:sqs:${region}:${accountId}:alarms`;
const deadArn = `arn:aws:sqs:${region}:${accountId}:dead`;

interface Fixture {
  readonly sns: Sns;
  readonly clock: Clock;
  readonly arn: string;
  readonly calls: ApiCall[];
  call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
}

const startTopic = (answer: (call: ApiCall) => void = () => undefined): Fixture => {
  const clock = startSteppedClock(Date.parse('2026-01-01T00:00:00Z'));
  const calls: ApiCall[] = [];
  const sns = createSns({
    clock,
    region,
    accountId,
    dispatch: async (call) => {
      calls.push(call);
      answer(call);
      return Promise.resolve({});
    },
  });
  const { arn } = sns.createTopic({ name: 'alarms', properties: {} });
  return {
    sns,
    clock,
    arn,
    calls,
    call: async (action, input) => {
      const reply = await sns.call({ caller, service: 'sns', action, input: { TopicArn: arn, ...input } });
      while (sns.busy() > 0) await new Promise((resolve) => setImmediate(resolve));
      return reply;
    },
  };
};

test('a published message reaches a queue in SNS’s envelope', async () => {
  const topic = startTopic();
  topic.sns.createSubscription({ properties: { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: queueArn } });

  const { MessageId } = await topic.call('Publish', {
    Message: 'dead letters',
    Subject: 'alarm',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
  });

  expect(topic.calls).toMatchObject([{ caller: { name: 'sns.amazonaws.com' }, service: 'sqs', action: 'SendMessage' }]);
  expect(JSON.parse(topic.calls[0]?.input['MessageBody'] as string)).toMatchObject({
    Type: 'Notification',
    MessageId,
    TopicArn: topic.arn,
    Subject: 'alarm',
    Message: 'dead letters',
    Timestamp: '2026-01-01T00:00:00.000Z',
    MessageAttributes: { kind: { Type: 'String', Value: 'x' } },
  });
});

test('raw delivery sends the message and its attributes as they are', async () => {
  const topic = startTopic();
  topic.sns.createSubscription({
    properties: { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: queueArn, RawMessageDelivery: true },
  });
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'x' } };

  await topic.call('Publish', { Message: 'plain', MessageAttributes });

  expect(topic.calls[0]?.input).toMatchObject({ MessageBody: 'plain', MessageAttributes });
});

test('a function is invoked with a record', async () => {
  const topic = startTopic();
  const Endpoint = `arn:aws:lambda:${region}:${accountId}:function:f`;
  topic.sns.createSubscription({ properties: { TopicArn: topic.arn, Protocol: 'lambda', Endpoint } });

  await topic.call('Publish', { Message: 'hello' });

  expect(topic.calls[0]).toMatchObject({
    service: 'lambda',
    action: 'Invoke',
    input: { FunctionName: Endpoint, InvocationType: 'Event' },
  });
  expect(JSON.parse(Buffer.from(topic.calls[0]?.input['Payload'] as Uint8Array).toString())).toMatchObject({
    Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello', TopicArn: topic.arn } }],
  });
});

test('mail is recorded and not sent', async () => {
  const topic = startTopic();
  topic.sns.createSubscription({ properties: { TopicArn: topic.arn, Protocol: 'email', Endpoint: 'a@example.com' } });

  await topic.call('Publish', { Message: 'hello' });

  expect(topic.calls).toEqual([]);
  expect(await topic.call('ListSubscriptionsByTopic', {})).toMatchObject({
    Subscriptions: [{ Protocol: 'email', Endpoint: 'a@example.com' }],
  });
});

test('a failing delivery is tried again, and a permanent failure goes to the subscription’s dead-letter queue', async () => {
  let throttles = 2;
  const topic = startTopic(({ input }) => {
    if ((input['QueueUrl'] as string).endsWith('/dead')) return;
    throttles -= 1;
    throw throttles >= 0 ? new AwsError('ThrottlingException', 'Rate exceeded') : new AwsError('QueueDoesNotExist', 'gone');
  });
  topic.sns.createSubscription({
    properties: { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: queueArn, RedrivePolicy: { deadLetterTargetArn: deadArn } },
  });

  await topic.call('Publish', { Message: 'hello' });
  await topic.clock.advance(1000);

  expect(topic.calls.map(({ input }) => (input['QueueUrl'] as string).split('/').at(-1))).toEqual([
    'alarms',
    'alarms',
    'alarms',
    'dead',
  ]);
  expect(topic.calls.at(-1)?.input['MessageAttributes']).toMatchObject({ ErrorCode: { StringValue: 'NO_RESOURCE' } });
});

test('a batch publishes each entry by itself', async () => {
  const topic = startTopic();
  topic.sns.createSubscription({ properties: { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: queueArn } });

  const reply = await topic.call('PublishBatch', {
    PublishBatchRequestEntries: [
      { Id: 'a', Message: 'hello' },
      { Id: 'b', Message: '' },
    ],
  });

  expect(reply).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'InvalidParameter' }] });
  expect(topic.calls).toHaveLength(1);
});

test('a topic that is not there, an unknown protocol and a filter are refused', async () => {
  const topic = startTopic();

  await expect(topic.call('Publish', { TopicArn: `${topic.arn}x`, Message: 'a' })).rejects.toMatchObject({ code: 'NotFound' });
  const subscribe = (more: Record<string, unknown>) => (): unknown =>
    topic.sns.createSubscription({ properties: { TopicArn: topic.arn, Protocol: 'sqs', Endpoint: queueArn, ...more } });
  expect(subscribe({ Protocol: 'pigeon' })).toThrow('pigeon');
  expect(subscribe({ FilterPolicy: { kind: ['x'] } })).toThrow('FilterPolicy');
});
