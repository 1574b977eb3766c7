import type { Clock } from './clock.ts';
import type { RefusingLimit } from './limit.ts';
import type { ApiCall, Service } from './service.ts';
import { AwsError, UnsupportedError } from './service.ts';
import { forgetful, type State } from './state/state.ts';
import { eachEntry, readEntries } from './sqs/batch.ts';
import { sqsLimits } from './sqs/limits.ts';
import { describeMessage, describeQueue } from './sqs/describe.ts';
import { invalidParameter, queueDoesNotExist, requiredString, wholeNumber } from './sqs/errors.ts';
import { attributesMd5, messageBytes, readContent, type MessageContent } from './sqs/message.ts';
import { MoveTasks } from './sqs/move-tasks.ts';
import { Queue } from './sqs/queue.ts';
import type { QueueDepth, QueuedMessage } from './sqs/queued-message.ts';
import { readQueueSettings, type QueueSettings } from './sqs/settings.ts';

export interface SqsOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** The gateway's, for queue URLs; it is asked when one is made. */
  readonly endpoint: () => string;
  /** @default nothing outlives the run */
  readonly state?: State;
}

export interface Sqs extends Service {
  /** Creates a queue from the resolved properties of an AWS::SQS::Queue; its dead-letter queue must exist. */
  createQueue(queue: { readonly name: string; readonly properties: Readonly<Record<string, unknown>> }): {
    readonly arn: string;
    readonly url: string;
  };
  /** How many messages a queue holds now. */
  inspect(queueArn: string): QueueDepth;
  queueArns(): readonly string[];
  /** The queues whose dead letters go to this one. */
  sourcesOf(deadLetterArn: string): readonly string[];
  /** The messages that a queue holds, visible or not, without receiving them. */
  peek(queueArn: string, max: number): readonly QueuedMessage[];
  /** Ends polls and timers. */
  close(): void;
}

type Input = Readonly<Record<string, unknown>>;
type Action = (input: Input, call: ApiCall) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Standard queues of SQS, in memory; the state holds what a next run needs. */
export const createSqs = (options: SqsOptions): Sqs => {
  const { clock, state = forgetful } = options;
  const queues = new Map<string, Queue>();
  const moveTasks = new MoveTasks(
    clock,
    (arn) => queues.get(arn),
    (arn) => sourcesOf(arn).length > 0,
    state,
  );

  const toArn = (name: string): string => `arn:aws:sqs:${options.region}:${options.accountId}:${name}`;
  const toUrl = (name: string): string => `${options.endpoint()}/${options.accountId}/${name}`;
  const sourcesOf = (deadLetterArn: string): readonly Queue[] =>
    [...queues.values()].filter(({ settings }) => settings.redrive?.deadLetterTargetArn === deadLetterArn);

  const giveUp = (source: QueueSettings, message: QueuedMessage): boolean => {
    const target = source.redrive && queues.get(source.redrive.deadLetterTargetArn);
    target?.adopt(message, source.arn);
    return target !== undefined;
  };

  const createQueue: Sqs['createQueue'] = ({ name, properties }) => {
    const arn = toArn(name);
    if (queues.has(arn)) throw new AwsError('QueueNameExists', `A queue already exists with the name ${name}.`);
    const settings = readQueueSettings(name, arn, properties);
    checkRedrive(settings);
    queues.set(arn, new Queue(settings, clock, (message) => giveUp(settings, message), state));
    return { arn, url: toUrl(name) };
  };

  const checkRedrive = (settings: QueueSettings): void => {
    if (!settings.redrive) return;
    const allow = queues.get(settings.redrive.deadLetterTargetArn)?.settings.redriveAllow;
    const refused = (reason: string): AwsError =>
      invalidParameter(`Value ${JSON.stringify(settings.redrive)} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
    if (!queues.has(settings.redrive.deadLetterTargetArn)) throw refused('Dead letter target does not exist.');
    const isAllowed =
      !allow ||
      allow.redrivePermission === 'allowAll' ||
      (allow.redrivePermission === 'byQueue' && allow.sourceQueueArns.includes(settings.arn));
    if (!isAllowed) throw refused('The dead letter queue does not allow this queue as a source.');
  };

  const findQueue = (input: Input): Queue => {
    const url = requiredString(input, 'QueueUrl');
    // Only the path says which queue: a client may know the gateway by another name.
    const match = /\/([^/]+)\/([^/]+)$/.exec(url);
    if (!match) throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`, 404);
    const queue = match[1] === options.accountId ? queues.get(toArn(match[2] ?? '')) : undefined;
    if (!queue) throw queueDoesNotExist();
    return queue;
  };

  const accept = (queue: Queue, entry: Input, content: MessageContent, { caller }: ApiCall): Record<string, unknown> => {
    const delay = entry['DelaySeconds'];
    const delaySeconds = delay === undefined || delay === null ? undefined : wholeNumber('DelaySeconds', delay, sqsLimits.delay);
    const message = queue.send(content, caller.principal, delaySeconds);
    const md5 = attributesMd5(content.attributes);
    return {
      MessageId: message.id,
      MD5OfMessageBody: content.bodyMd5,
      ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
      ...(content.traceHeader !== undefined && { MD5OfMessageSystemAttributes: traceHeaderMd5(content.traceHeader) }),
    };
  };

  const sendMessage: Action = (input, call) => {
    const queue = findQueue(input);
    const reply = accept(queue, input, readContent(input, queue.settings.maxMessageBytes), call);
    queue.wake();
    return reply;
  };

  const sendMessageBatch: Action = (input, call) => {
    const queue = findQueue(input);
    const entries = readEntries('SendMessageBatch', input['Entries']);
    const bytes = entries.reduce((sum, entry) => sum + messageBytes(entry), 0);
    if (bytes > sqsLimits.batchSize.most) {
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${sqsLimits.batchSize.most} bytes. You have sent ${bytes} bytes.`,
      );
    }
    const reply = eachEntry(entries, (entry) => accept(queue, entry, readContent(entry, queue.settings.maxMessageBytes), call));
    queue.wake();
    return reply;
  };

  const receiveMessage: Action = async (input) => {
    const queue = findQueue(input);
    const read = (name: string, fallback: number, limit: RefusingLimit): number =>
      input[name] === undefined || input[name] === null ? fallback : wholeNumber(name, input[name], limit);
    const messages = await queue.receive(
      read('MaxNumberOfMessages', 1, sqsLimits.received),
      read('WaitTimeSeconds', queue.settings.receiveWaitSeconds, sqsLimits.longPoll),
      read('VisibilityTimeout', queue.settings.visibilityTimeoutSeconds, sqsLimits.visibility),
    );
    if (messages.length === 0) return {};
    const systemNames = [...names(input, 'MessageSystemAttributeNames'), ...names(input, 'AttributeNames')];
    const attributeNames = names(input, 'MessageAttributeNames');
    return { Messages: messages.map((message) => describeMessage(message, systemNames, attributeNames)) };
  };

  const deleteMessage: Action = (input) => {
    findQueue(input).delete(requiredString(input, 'ReceiptHandle'));
    return {};
  };

  const changeVisibility = (queue: Queue, input: Input): Record<string, unknown> => {
    const seconds = wholeNumber('VisibilityTimeout', input['VisibilityTimeout'], sqsLimits.visibility);
    queue.changeVisibility(requiredString(input, 'ReceiptHandle'), seconds);
    return {};
  };

  const actions: Readonly<Record<string, Action>> = {
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    ReceiveMessage: receiveMessage,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: (input) => {
      const queue = findQueue(input);
      return eachEntry(readEntries('DeleteMessageBatch', input['Entries']), (entry) => {
        queue.delete(requiredString(entry, 'ReceiptHandle'));
        return {};
      });
    },
    ChangeMessageVisibility: (input) => changeVisibility(findQueue(input), input),
    ChangeMessageVisibilityBatch: (input) => {
      const queue = findQueue(input);
      return eachEntry(readEntries('ChangeMessageVisibilityBatch', input['Entries']), (entry) => changeVisibility(queue, entry));
    },
    GetQueueAttributes: (input) => {
      const attributes = describeQueue(findQueue(input), names(input, 'AttributeNames'));
      return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
    },
    GetQueueUrl: (input) => {
      const name = requiredString(input, 'QueueName');
      if (!queues.has(toArn(name))) throw queueDoesNotExist();
      return { QueueUrl: toUrl(name) };
    },
    ListQueues: (input) => {
      const prefix = (input['QueueNamePrefix'] ?? '') as string;
      const found = [...queues.values()].map(({ settings }) => settings.name).filter((name) => name.startsWith(prefix));
      return found.length > 0 ? { QueueUrls: found.map((name) => toUrl(name)) } : {};
    },
    PurgeQueue: (input) => {
      findQueue(input).purge();
      return {};
    },
    ListDeadLetterSourceQueues: (input) => ({
      queueUrls: sourcesOf(findQueue(input).settings.arn).map(({ settings }) => toUrl(settings.name)),
    }),
    StartMessageMoveTask: (input) => moveTasks.start(input),
    ListMessageMoveTasks: (input) => moveTasks.list(input),
    CancelMessageMoveTask: (input) => moveTasks.cancel(input),
  };

  const queueOf = (queueArn: string): Queue => {
    const queue = queues.get(queueArn);
    if (!queue) throw new UnsupportedError(`There is no queue ${queueArn}.`);
    return queue;
  };

  return {
    name: 'sqs',
    actions: new Set(Object.keys(actions)),
    call: async (call) => {
      const action = actions[call.action];
      if (!action) throw new UnsupportedError(`The local cloud's queues do not know the action ${call.action}.`);
      return action(call.input, call);
    },
    createQueue,
    inspect: (queueArn) => queueOf(queueArn).depth(),
    sourcesOf: (deadLetterArn) => sourcesOf(deadLetterArn).map(({ settings }) => settings.arn),
    peek: (queueArn, max) => queueOf(queueArn).peek(max),
    queueArns: () => [...queues.keys()],
    close: () => {
      moveTasks.close();
      for (const queue of queues.values()) queue.close();
    },
  };
};

const names = (input: Input, member: string): readonly string[] => (input[member] ?? []) as readonly string[];

const traceHeaderMd5 = (traceHeader: string): string | undefined =>
  attributesMd5({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } });
