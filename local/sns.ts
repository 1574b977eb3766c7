import { knownProperties } from './assembly/property-support.ts';
import type { PropertySupport } from './assembly/property-support.ts';
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { Deliveries, deliveryErrorCode, type RetryPolicy } from './events/retries.ts';
import { refuseUnknownProperties, requiredText } from './known-properties.ts';
import { refuseBeyond } from './limit.ts';
import { AwsError, UnsupportedError, type Dispatch, type Service } from './service.ts';
import { snsLimits } from './sns/limits.ts';
import { forgetful, type State } from './state/state.ts';
import {
  deliveryCall,
  envelope,
  notificationBytes,
  readNotification,
  toQueue,
  type Notification,
  type Subscription,
  type Topic,
} from './sns/notification.ts';

export interface SnsOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  readonly log?: (line: string) => void;
  /** @default nothing outlives the run */
  readonly state?: State;
}

/** A notification on its way to one subscription, whose ARN is another in each run. */
interface NotificationDelivery {
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly notification: Notification;
}

type Input = Readonly<Record<string, unknown>>;

export interface Sns extends Service {
  /** Creates a topic from the resolved properties of an AWS::SNS::Topic. */
  createTopic(topic: { readonly name: string; readonly properties: Input }): { readonly arn: string };
  /** Creates a subscription from the resolved properties of an AWS::SNS::Subscription. Mail and the like are recorded and inert. */
  createSubscription(subscription: { readonly properties: Input }): { readonly arn: string };
  /** Deliveries under way that end without the clock moving. */
  busy(): number;
  /** Deliveries that wait for their next attempt. */
  waiting(): number;
  close(): void;
}

export const topicProperties: PropertySupport = {
  actedOn: ['TopicName', 'KmsMasterKeyId', 'FifoTopic', 'Subscription'],
  inert: {
    DisplayName: 'shown as it is set; no mail is sent',
    TracingConfig: 'there is no tracing service to send to',
    Tags: 'tags are for people and bills',
  },
};
export const subscriptionProperties: PropertySupport = {
  actedOn: ['TopicArn', 'Protocol', 'Endpoint', 'RawMessageDelivery', 'RedrivePolicy'],
  inert: { Region: 'there is one region' },
};

const INERT: ReadonlySet<string> = new Set(['email', 'email-json', 'sms', 'http', 'https', 'application', 'firehose']);

/** For queues and functions: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const RETRY: RetryPolicy = {
  maxAttempts: 100_015,
  maxAgeSeconds: 23 * 86_400,
  backoffMs: (n) => {
    if (n <= 3) return 0;
    if (n <= 5) return 1000;
    return n <= 15 ? Math.min(1000 * 2 ** (n - 5), 20_000) : 20_000;
  },
};

/** Standard topics of SNS, in memory. */
export const createSns = (options: SnsOptions): Sns => {
  const { clock, region, accountId, state = forgetful } = options;
  const topics = new Map<string, Topic>();

  const createTopic: Sns['createTopic'] = ({ name, properties }) => {
    refuseUnknownProperties('AWS::SNS::Topic', name, properties, knownProperties(topicProperties));
    if (properties['FifoTopic'] === true || name.endsWith('.fifo')) {
      throw new UnsupportedError(`Topic ${name} is a FIFO topic; the local cloud has standard topics only.`);
    }
    const isWellFormed = /^[\w-]*$/.test(name);
    refuseBeyond(snsLimits.topicName, isWellFormed ? name.length : 0, 'Invalid parameter: Topic Name');
    const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
    if (topics.has(arn)) throw new UnsupportedError(`There are two topics called ${name}.`);
    topics.set(arn, { arn, properties, subscriptions: [] });
    for (const inline of (properties['Subscription'] ?? []) as readonly Input[]) {
      createSubscription({ properties: { ...inline, TopicArn: arn } });
    }
    return { arn };
  };

  const createSubscription: Sns['createSubscription'] = ({ properties }) => {
    const topic = findTopic(properties);
    refuseUnknownProperties('AWS::SNS::Subscription', `of ${topic.arn}`, properties, knownProperties(subscriptionProperties));
    const protocol = requiredText(`A subscription of ${topic.arn}`, properties, 'Protocol');
    if (protocol !== 'sqs' && protocol !== 'lambda' && !INERT.has(protocol)) {
      throw new UnsupportedError(`A subscription of ${topic.arn} has the protocol ${protocol}, which is none of SNS's.`);
    }
    const redrive = properties['RedrivePolicy'];
    const policy = (typeof redrive === 'string' ? JSON.parse(redrive) : redrive) as
      | { readonly deadLetterTargetArn?: string }
      | undefined;
    const subscription: Subscription = {
      arn: `${topic.arn}:${randomUUID()}`,
      protocol,
      endpoint: requiredText(`A subscription of ${topic.arn}`, properties, 'Endpoint'),
      isRaw: properties['RawMessageDelivery'] === true || properties['RawMessageDelivery'] === 'true',
      ...(policy?.deadLetterTargetArn !== undefined && { deadLetterArn: policy.deadLetterTargetArn }),
    };
    topic.subscriptions.push(subscription);
    return { arn: subscription.arn };
  };

  const findTopic = (input: Input): Topic => {
    const arn = input['TopicArn'] ?? input['TargetArn'];
    const topic = typeof arn === 'string' ? topics.get(arn) : undefined;
    if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return topic;
  };

  const publish = (topic: Topic, entry: Input): Record<string, unknown> => {
    const notification = readNotification(entry, clock.now());
    for (const subscription of topic.subscriptions) {
      if (INERT.has(subscription.protocol)) {
        options.log?.(
          `${topic.arn}: not sent to ${subscription.protocol}:${subscription.endpoint}, the local cloud sends no mail.`,
        );
        continue;
      }
      const { protocol, endpoint } = subscription;
      deliveries.start({ topic: topic.arn, protocol, endpoint, notification });
    }
    return { MessageId: notification.id };
  };

  const giveUp = async (topic: Topic, subscription: Subscription, notification: Notification, error: unknown): Promise<void> => {
    const message = error instanceof Error ? error.message : String(error);
    options.log?.(`${topic.arn}: a message was not delivered to ${subscription.endpoint}: ${message}`);
    if (subscription.deadLetterArn === undefined) return;
    const call = toQueue(topic, subscription.deadLetterArn, envelope(topic, subscription, notification), {
      RequestID: { DataType: 'String', StringValue: notification.id },
      ErrorCode: { DataType: 'String', StringValue: deliveryErrorCode(error) },
      ErrorMessage: { DataType: 'String', StringValue: message || 'none' },
    });
    await options.dispatch(call).catch((cause: unknown) => {
      options.log?.(
        `${topic.arn}: the dead-letter queue ${subscription.deadLetterArn} did not take the message either: ${String(cause)}`,
      );
    });
  };

  const deliveries = new Deliveries<NotificationDelivery>({
    clock,
    state,
    name: 'sns/deliveries',
    deliveryOf: ({ topic: arn, protocol, endpoint, notification }) => {
      const topic = topics.get(arn);
      const subscription = topic?.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
      if (!topic || !subscription) return undefined;
      return {
        attempt: () => options.dispatch(deliveryCall(topic, subscription, notification)),
        policy: RETRY,
        giveUp: ({ error }) => giveUp(topic, subscription, notification, error),
      };
    },
  });

  const publishBatch = (input: Input): Record<string, unknown> => {
    const topic = findTopic(input);
    const entries = (input['PublishBatchRequestEntries'] ?? []) as readonly Input[];
    if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'The batch request does not contain any entries.');
    const { batchEntries, batchEntryId, batchSize } = snsLimits;
    refuseBeyond(batchEntries, entries.length, 'The batch request contains more entries than permissible.');
    for (const { Id } of entries) {
      const isWellFormed = typeof Id === 'string' && /^[\w-]*$/.test(Id);
      refuseBeyond(batchEntryId, isWellFormed ? Id.length : 0, 'The Id of a batch entry does not abide by the specification.');
    }
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    }
    const bytes = entries.reduce((sum, entry) => sum + notificationBytes(entry), 0);
    refuseBeyond(batchSize, bytes, 'The length of all the batch messages put together is more than the limit.');
    const Successful: Input[] = [];
    const Failed: Input[] = [];
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry['Id'], ...publish(topic, entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id: entry['Id'], Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  };

  const actions: Readonly<Record<string, (input: Input) => Record<string, unknown>>> = {
    Publish: (input) => publish(findTopic(input), input),
    PublishBatch: publishBatch,
    ListTopics: () => ({ Topics: [...topics.keys()].map((TopicArn) => ({ TopicArn })) }),
    GetTopicAttributes: (input) => {
      const { arn, properties, subscriptions } = findTopic(input);
      return {
        Attributes: {
          TopicArn: arn,
          Owner: accountId,
          DisplayName: properties['DisplayName'] ?? '',
          SubscriptionsConfirmed: String(subscriptions.length),
        },
      };
    },
    ListSubscriptionsByTopic: (input) => {
      const topic = findTopic(input);
      return {
        Subscriptions: topic.subscriptions.map(({ arn, protocol, endpoint }) => ({
          SubscriptionArn: arn,
          Owner: accountId,
          Protocol: protocol,
          Endpoint: endpoint,
          TopicArn: topic.arn,
        })),
      };
    },
  };

  return {
    name: 'sns',
    actions: new Set(Object.keys(actions)),
    call: async (call) => {
      const action = actions[call.action];
      if (!action) throw new UnsupportedError(`The local cloud's topics do not know the action ${call.action}.`);
      return Promise.resolve(action(call.input));
    },
    createTopic,
    createSubscription,
    busy: () => deliveries.attempting,
    waiting: () => deliveries.waiting,
    close: () => deliveries.close(),
  };
};
