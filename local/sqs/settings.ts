import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import { refuseUnknownProperties } from '../known-properties.ts';
import type { RefusingLimit } from '../limit.ts';
import { isWithin } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import { invalidParameter, wholeNumber } from './errors.ts';
import { sqsLimits } from './limits.ts';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Which queues may use this one for their dead letters. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns: readonly string[];
}

export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly retentionSeconds: number;
  readonly receiveWaitSeconds: number;
  readonly maxMessageBytes: number;
  readonly redrive?: RedrivePolicy;
  readonly redriveAllow?: RedriveAllowPolicy;
  /** Recorded and inert: nothing is encrypted here. */
  readonly recorded: Readonly<Record<string, string>>;
}

export const queueProperties: PropertySupport = {
  actedOn: [
    'QueueName',
    'VisibilityTimeout',
    'DelaySeconds',
    'MessageRetentionPeriod',
    'ReceiveMessageWaitTimeSeconds',
    'MaximumMessageSize',
    'RedrivePolicy',
    'RedriveAllowPolicy',
    'KmsMasterKeyId',
    'FifoQueue',
  ],
  inert: {
    SqsManagedSseEnabled: 'shown as it is set; nothing is encrypted at rest: everything is in memory',
    KmsDataKeyReusePeriodSeconds: 'shown as it is set; no data keys are made',
    Tags: 'tags are for people and bills',
  },
};

const RECORDED = ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'] as const;

/** Reads the properties of an AWS::SQS::Queue. @throws UnsupportedError for FIFO and for what is not known */
export const readQueueSettings = (name: string, arn: string, properties: Readonly<Record<string, unknown>>): QueueSettings => {
  refuseUnknownProperties('AWS::SQS::Queue', name, properties, knownProperties(queueProperties));
  if (properties['FifoQueue'] === true || properties['FifoQueue'] === 'true' || name.endsWith('.fifo')) {
    throw new UnsupportedError(`Queue ${name} is a FIFO queue; the local cloud has standard queues only.`);
  }
  if (!/^[\w-]+$/.test(name) || !isWithin(sqsLimits.queueName, name.length)) {
    throw invalidParameter(
      `Queue name ${name} can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length`,
    );
  }
  const read = (property: string, fallback: number, limit: RefusingLimit): number =>
    properties[property] === undefined ? fallback : wholeNumber(property, properties[property], limit);
  const redrive = readRedrive(properties['RedrivePolicy']);
  const redriveAllow = readRedriveAllow(properties['RedriveAllowPolicy']);
  return {
    name,
    arn,
    visibilityTimeoutSeconds: read('VisibilityTimeout', 30, sqsLimits.queueVisibility),
    delaySeconds: read('DelaySeconds', 0, sqsLimits.queueDelay),
    retentionSeconds: read('MessageRetentionPeriod', 345_600, sqsLimits.queueRetention),
    receiveWaitSeconds: read('ReceiveMessageWaitTimeSeconds', 0, sqsLimits.queueLongPoll),
    maxMessageBytes: read('MaximumMessageSize', sqsLimits.queueMessage.most, sqsLimits.queueMessage),
    ...(redrive && { redrive }),
    ...(redriveAllow && { redriveAllow }),
    recorded: Object.fromEntries(
      RECORDED.flatMap((key) => (properties[key] === undefined ? [] : [[key, `${properties[key] as string | boolean}`]])),
    ),
  };
};

const parsePolicy = (name: string, value: unknown): Readonly<Record<string, unknown>> => {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    if (typeof parsed === 'object' && parsed !== null) return parsed as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new UnsupportedError(`${name} is not JSON: ${JSON.stringify(value)}`, { cause });
  }
  throw invalidParameter(`Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be a JSON object.`);
};

const readRedrive = (value: unknown): RedrivePolicy | undefined => {
  if (value === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = parsePolicy('RedrivePolicy', value);
  if (typeof deadLetterTargetArn !== 'string') {
    throw invalidParameter(
      'RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn.',
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: wholeNumber('maxReceiveCount', maxReceiveCount, sqsLimits.maxReceiveCount) };
};

const readRedriveAllow = (value: unknown): RedriveAllowPolicy | undefined => {
  if (value === undefined) return undefined;
  const { redrivePermission, sourceQueueArns } = parsePolicy('RedriveAllowPolicy', value);
  if (redrivePermission !== 'allowAll' && redrivePermission !== 'denyAll' && redrivePermission !== 'byQueue') {
    throw invalidParameter('RedriveAllowPolicy is invalid. Reason: redrivePermission must be allowAll, denyAll or byQueue.');
  }
  return { redrivePermission, sourceQueueArns: (sourceQueueArns ?? []) as readonly string[] };
};
