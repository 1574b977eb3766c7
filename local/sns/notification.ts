import { randomUUID } from 'node:crypto';
import { queueUrl } from '../events/target.ts';
import { refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError, type ApiCall, type Caller } from '../service.ts';

import { snsLimits } from './limits.ts';

type Input = Readonly<Record<string, unknown>>;

export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isRaw: boolean;
  readonly deadLetterArn?: string;
}

export interface Topic {
  readonly arn: string;
  readonly properties: Input;
  readonly subscriptions: Subscription[];
}

type MessageAttributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Notification {
  readonly id: string;
  readonly message: string;
  readonly subject?: string;
  readonly attributes: MessageAttributes;
  readonly sentAt: number;
}

const callerFor = (topic: Topic): Caller => ({
  name: 'sns.amazonaws.com',
  principal: 'sns.amazonaws.com',
  sourceArn: topic.arn,
});

const invalid = (message: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

export const readNotification = (entry: Input, now: number): Notification => {
  const message = entry['Message'];
  if (typeof message !== 'string' || message === '') throw invalid('Empty message');
  refuseBeyond(snsLimits.message, notificationBytes(entry), 'Invalid parameter: Message too long');
  if (entry['MessageStructure'] !== undefined)
    throw new UnsupportedError('The local cloud does not know MessageStructure; publish plain messages.');
  const subject = entry['Subject'];
  if (typeof subject === 'string') {
    refuseBeyond(snsLimits.subject, subject.length, 'Invalid parameter: Subject');
    if (subject.includes('\n')) throw invalid('Subject');
  }
  return {
    id: randomUUID(),
    message,
    ...(typeof subject === 'string' && { subject }),
    attributes: (entry['MessageAttributes'] ?? {}) as MessageAttributes,
    sentAt: now,
  };
};

/** What counts against the size limits: the message, and the attributes' names, types and values. */
export const notificationBytes = (entry: Input): number => {
  const attributes = Object.entries((entry['MessageAttributes'] ?? {}) as MessageAttributes);
  return attributes.reduce(
    (sum, [name, value]) =>
      sum + bytesOf(name) + bytesOf(value['DataType']) + bytesOf(value['StringValue']) + bytesOf(value['BinaryValue']),
    bytesOf(entry['Message']),
  );
};

const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 0;
};

export const deliveryCall = (topic: Topic, subscription: Subscription, notification: Notification): ApiCall => {
  if (subscription.protocol === 'lambda') {
    const record = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: subscription.arn,
      Sns: envelopeOf(topic, subscription, notification),
    };
    return {
      caller: callerFor(topic),
      service: 'lambda',
      action: 'Invoke',
      input: {
        FunctionName: subscription.endpoint,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify({ Records: [record] })),
      },
    };
  }
  return subscription.isRaw
    ? toQueue(topic, subscription.endpoint, notification.message, notification.attributes)
    : toQueue(topic, subscription.endpoint, envelope(topic, subscription, notification), {});
};

export const toQueue = (topic: Topic, arn: string, body: string, attributes: MessageAttributes): ApiCall => ({
  caller: callerFor(topic),
  service: 'sqs',
  action: 'SendMessage',
  input: {
    QueueUrl: queueUrl(arn),
    MessageBody: body,
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  },
});

export const envelope = (topic: Topic, subscription: Subscription, notification: Notification): string =>
  JSON.stringify(envelopeOf(topic, subscription, notification));

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html; nothing is signed here. */
const envelopeOf = (
  topic: Topic,
  subscription: Subscription,
  { id, message, subject, attributes, sentAt }: Notification,
): Input => ({
  Type: 'Notification',
  MessageId: id,
  TopicArn: topic.arn,
  ...(subject !== undefined && { Subject: subject }),
  Message: message,
  Timestamp: new Date(sentAt).toISOString(),
  SignatureVersion: '1',
  Signature: '',
  SigningCertURL: '',
  UnsubscribeURL: '',
  ...(Object.keys(attributes).length > 0 && {
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { Type: value['DataType'], Value: value['StringValue'] ?? base64(value['BinaryValue']) },
      ]),
    ),
  }),
  // Functions know it by this name.
  ...(subscription.protocol === 'lambda' && { SigningCertUrl: '', UnsubscribeUrl: '' }),
});

const base64 = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);
