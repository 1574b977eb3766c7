import { startSteppedClock } from '../../../local/clock.ts';
import { createEventBridge } from '../../../local/events.ts';
import type { eventsLimits } from '../../../local/events/limits.ts';
import { AwsError } from '../../../local/service.ts';
import { createSns } from '../../../local/sns.ts';
import type { snsLimits } from '../../../local/sns/limits.ts';
import { createSqs } from '../../../local/sqs.ts';
import type { sqsLimits } from '../../../local/sqs/limits.ts';
import { Queue } from '../../../local/sqs/queue.ts';
import { readContent } from '../../../local/sqs/message.ts';
import { readQueueSettings } from '../../../local/sqs/settings.ts';
import type { Proofs } from './proof.ts';
import { operator, place } from './proof.ts';

type Input = Readonly<Record<string, unknown>>;

const text = (length: number): string => 'x'.repeat(length);
const listOf = <T>(length: number, make: (index: number) => T): readonly T[] => Array.from({ length }, (_, index) => make(index));

/** A batch's entry that failed, as an error. */
const throwFailed = (reply: Input): void => {
  const [failed] = (reply['Failed'] ?? []) as readonly { readonly Code: string; readonly Message: string }[];
  if (failed) throw new AwsError(failed.Code, failed.Message);
};

const startQueue = (properties: Input = {}, name = 'q') => {
  const sqs = createSqs({ clock: startSteppedClock(0), ...place, endpoint: () => 'http://127.0.0.1' });
  const { url, arn } = sqs.createQueue({ name, properties });
  const call = async (action: string, input: Input): Promise<Input> => {
    const reply = await sqs.call({ caller: operator, service: 'sqs', action, input: { QueueUrl: url, ...input } });
    throwFailed(reply);
    return reply;
  };
  const send = (more: Input): Promise<Input> => call('SendMessage', { MessageBody: 'x', ...more });
  const deadLetters = (maxReceiveCount: number): unknown =>
    sqs.createQueue({ name: 'source', properties: { RedrivePolicy: { deadLetterTargetArn: arn, maxReceiveCount } } });
  return { sqs, arn, call, send, deadLetters };
};

const batch = (entries: readonly Input[]): Promise<Input> => startQueue().call('SendMessageBatch', { Entries: entries });

/** Kept from one attempt to the next: to fill a queue takes a second. */
const filled = new Queue(readQueueSettings('q', 'arn', {}), startSteppedClock(0), () => false);

const fillQueue = async (inFlight: number): Promise<void> => {
  const content = readContent({ MessageBody: 'x' }, 1024);
  for (let { messages } = filled.depth(); messages < inFlight; messages++) filled.send(content, 'sender');
  const missing = inFlight - filled.depth().inFlight;
  if (missing > 1) await filled.receive(missing - 1, 0, 30);
  await filled.receive(1, 0, 30);
};

export const sqsProofs: Proofs<typeof sqsLimits> = {
  message: (n) =>
    startQueue().send({ MessageBody: text(n - 11), MessageAttributes: { name: { DataType: 'String', StringValue: 'v' } } }),
  batchSize: (n) =>
    batch([
      { Id: 'a', MessageBody: text(1000) },
      { Id: 'b', MessageBody: text(n - 1000) },
    ]),
  batchEntries: (n) => batch(listOf(n, (index) => ({ Id: String(index), MessageBody: 'x' }))),
  batchEntryId: (n) => batch([{ Id: text(n), MessageBody: 'x' }]),
  attributes: (n) =>
    startQueue().send({
      MessageAttributes: Object.fromEntries(listOf(n, (index) => [`a${index}`, { DataType: 'String', StringValue: 'v' }])),
    }),
  attributeName: (n) => startQueue().send({ MessageAttributes: { [text(n)]: { DataType: 'String', StringValue: 'v' } } }),
  delay: (n) => startQueue().send({ DelaySeconds: n }),
  visibility: (n) => startQueue().call('ReceiveMessage', { VisibilityTimeout: n }),
  received: (n) => startQueue().call('ReceiveMessage', { MaxNumberOfMessages: n }),
  longPoll: async (n) => {
    const { send, call } = startQueue();
    await send({});
    await call('ReceiveMessage', { WaitTimeSeconds: n });
  },
  inFlight: fillQueue,
  queueName: (n) => startQueue({}, text(n)),
  queueDelay: (n) => startQueue({ DelaySeconds: n }),
  queueVisibility: (n) => startQueue({ VisibilityTimeout: n }),
  queueRetention: (n) => startQueue({ MessageRetentionPeriod: n }),
  queueLongPoll: (n) => startQueue({ ReceiveMessageWaitTimeSeconds: n }),
  queueMessage: (n) => startQueue({ MaximumMessageSize: n }),
  maxReceiveCount: (n) => startQueue().deadLetters(n),
  moveRate: (n) => {
    const { call, deadLetters, arn } = startQueue();
    deadLetters(3);
    return call('StartMessageMoveTask', { SourceArn: arn, MaxNumberOfMessagesPerSecond: n });
  },
  moveTasks: (n) => {
    const { call, deadLetters, arn } = startQueue();
    deadLetters(3);
    return call('ListMessageMoveTasks', { SourceArn: arn, MaxResults: n });
  },
};

const startTopic = (name = 't') => {
  const sns = createSns({ clock: startSteppedClock(0), ...place, dispatch: () => Promise.resolve({}) });
  const { arn } = sns.createTopic({ name, properties: {} });
  const call = async (action: string, input: Input): Promise<void> =>
    throwFailed(await sns.call({ caller: operator, service: 'sns', action, input: { TopicArn: arn, ...input } }));
  return { publish: (input: Input) => call('Publish', { Message: 'x', ...input }), call };
};

const publishBatch = (PublishBatchRequestEntries: readonly Input[]): Promise<void> =>
  startTopic().call('PublishBatch', { PublishBatchRequestEntries });

export const snsProofs: Proofs<typeof snsLimits> = {
  message: (n) =>
    n < 20
      ? startTopic().publish({ Message: text(n) })
      : startTopic().publish({
          Message: text(n - 11),
          MessageAttributes: { name: { DataType: 'String', StringValue: 'v' } },
        }),
  batchSize: (n) =>
    publishBatch([
      { Id: 'a', Message: text(1000) },
      { Id: 'b', Message: text(n - 1000) },
    ]),
  batchEntries: (n) => publishBatch(listOf(n, (index) => ({ Id: String(index), Message: 'x' }))),
  batchEntryId: (n) => publishBatch([{ Id: text(n), Message: 'x' }]),
  subject: (n) => startTopic().publish({ Subject: text(n) }),
  topicName: (n) => startTopic(text(n)),
};

const startBus = () => createEventBridge({ clock: startSteppedClock(0), ...place, dispatch: () => Promise.resolve({}) });

const queueArn = 'arn:aws:sqs:eu-central-1:000000000000:q';

const ruleOf = (properties: Input, name = 'r'): unknown => {
  const bus = startBus();
  const made = bus.createRule({ name, properties: { EventPattern: { source: ['a'] }, ...properties } });
  bus.close();
  return made;
};
const targetOf = (more: Input): unknown => ruleOf({ Targets: [{ Id: 't', Arn: queueArn, ...more }] });

const putEvents = (entries: readonly Input[]): Promise<Input> =>
  startBus().call({ caller: operator, service: 'events', action: 'PutEvents', input: { Entries: entries } });
const event = { Source: 's', DetailType: 't', Detail: '{}' };

export const eventsProofs: Proofs<typeof eventsLimits> = {
  request: (n) => putEvents([event, { ...event, Detail: `{"a":"${text(n - 4 - 8 - 2)}"}` }]),
  entries: (n) => putEvents(listOf(n, () => event)),
  busName: (n) => startBus().createBus({ name: text(n), properties: {} }),
  ruleName: (n) => ruleOf({}, text(n)),
  pattern: (n) => ruleOf({ EventPattern: { source: [text(n - JSON.stringify({ source: [''] }).length)] } }),
  // Blanks between the fields count and change nothing.
  scheduleExpression: (n) => ruleOf({ ScheduleExpression: `cron(0 2 * * ${text(0).padEnd(n - 'cron(0 2 * * ? *)'.length)}? *)` }),
  targets: (n) => ruleOf({ Targets: listOf(n, (index) => ({ Id: `t${index}`, Arn: queueArn })) }),
  targetId: (n) => targetOf({ Id: text(n) }),
  targetInput: (n) => targetOf({ Input: `"${text(n - 2)}"` }),
  retryAttempts: (n) => targetOf({ RetryPolicy: { MaximumRetryAttempts: n } }),
  eventAge: (n) => targetOf({ RetryPolicy: { MaximumEventAgeInSeconds: n } }),
};
