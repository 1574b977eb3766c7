import { AwsError } from '../service.ts';
import { attributesMd5, selectAttributes } from './message.ts';
import type { Queue } from './queue.ts';
import type { QueuedMessage } from './queued-message.ts';

/** The messages of a ReceiveMessage reply. */
export const describeMessage = (
  message: QueuedMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): Record<string, unknown> => {
  const wantsAll = systemNames.includes('All');
  const system = Object.entries(systemAttributes(message)).filter(
    ([name, value]) => value !== undefined && (wantsAll || systemNames.includes(name)),
  );
  const attributes = selectAttributes(message.content.attributes, attributeNames);
  const md5 = attributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.content.bodyMd5,
    Body: message.content.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(md5 !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: md5 }),
  };
};

const systemAttributes = (message: QueuedMessage): Readonly<Record<string, string | undefined>> => ({
  SenderId: message.senderId,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
  AWSTraceHeader: message.content.traceHeader,
  MessageGroupId: message.content.groupId,
  DeadLetterQueueSourceArn: message.deadLetterSource,
});

/** The attributes of a queue that GetQueueAttributes was asked for. */
export const describeQueue = (queue: Queue, names: readonly string[]): Record<string, string> => {
  const { settings } = queue;
  const depth = queue.depth();
  const attributes: Record<string, string> = {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MaximumMessageSize: String(settings.maxMessageBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(settings.redriveAllow && { RedriveAllowPolicy: JSON.stringify(settings.redriveAllow) }),
    ...settings.recorded,
  };
  if (names.includes('All')) return attributes;
  const unknown = names.find((name) => !KNOWN_NAMES.has(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
};

const KNOWN_NAMES: ReadonlySet<string> = new Set([
  'Policy',
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'VisibilityTimeout',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
]);
