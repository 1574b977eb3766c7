import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Message, SQSClient } from '@aws-sdk/client-sqs';

/** SQS hands out at most ten messages a call. */
const RECEIVED_AT_ONCE = 10;
/** Asks all servers of the queue, where a shorter call may overlook messages. */
const LONG_POLL_SECONDS = 1;
const MOVE_POLL_MS = 500;
/** Nobody else may have a message while it is handed on. */
const HANDING_ON_SECONDS = 60;

export interface DeadLetter {
  readonly messageId: string;
  /** ISO 8601 in UTC: when it was first sent. */
  readonly sentAt: string;
  readonly body: string;
  /** What EventBridge says of an event that it could not deliver. */
  readonly error: string | undefined;
}

export const queueUrlOf = async (client: SQSClient, arn: string): Promise<string> => {
  const [, , , , account, name] = arn.split(':');
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
  return QueueUrl ?? '';
};

const receive = async (client: SQSClient, QueueUrl: string, VisibilityTimeout: number): Promise<readonly Message[]> => {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      VisibilityTimeout,
      MaxNumberOfMessages: RECEIVED_AT_ONCE,
      WaitTimeSeconds: LONG_POLL_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages ?? [];
};

/** Up to ten messages, which stay where they are for everybody else too. */
export const peekDeadLetters = async (client: SQSClient, queueUrl: string): Promise<readonly DeadLetter[]> =>
  (await receive(client, queueUrl, 0)).map(({ MessageId = '', Body = '', Attributes, MessageAttributes }) => ({
    messageId: MessageId,
    sentAt: new Date(Number(Attributes?.['SentTimestamp'] ?? 0)).toISOString(),
    body: Body,
    error: MessageAttributes?.['ERROR_MESSAGE']?.StringValue ?? MessageAttributes?.['ERROR_CODE']?.StringValue,
  }));

/** Moves all dead letters back to the queue that they came from. @returns how many were moved */
export const redriveDeadLetters = async (client: SQSClient, deadLetterArn: string): Promise<number> => {
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterArn }));
  for (;;) {
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: deadLetterArn, MaxResults: 1 }));
    const task = Results?.[0];
    if (task && task.Status !== 'RUNNING') {
      if (task.Status === 'COMPLETED') return task.ApproximateNumberOfMessagesMoved ?? 0;
      throw new Error(`The redrive ended as ${task.Status ?? 'unknown'}: ${task.FailureReason ?? 'SQS did not say why'}`);
    }
    await sleep(MOVE_POLL_MS);
  }
};

/** What became of the events that EventBridge could not deliver. */
export interface Delivered {
  readonly delivered: number;
  /** Those whose target is no queue: they would start a retraining, or call a function. */
  readonly left: number;
}

/**
 * Hands events on to the queues that EventBridge could not bring them to, and leaves those for other targets where they are. Sent
 * before they are deleted: consumers drop repeats.
 */
export const deliverUndelivered = async (client: SQSClient, queueUrl: string): Promise<Delivered> => {
  let delivered = 0;
  const left = new Set<string>();
  for (;;) {
    const messages = await receive(client, queueUrl, HANDING_ON_SECONDS);
    if (messages.length === 0) return { delivered, left: left.size };
    for (const { MessageId = '', Body, ReceiptHandle, MessageAttributes } of messages) {
      const target = MessageAttributes?.['TARGET_ARN']?.StringValue ?? '';
      if (!target.includes(':sqs:')) {
        left.add(MessageId);
        continue;
      }
      await client.send(new SendMessageCommand({ QueueUrl: await queueUrlOf(client, target), MessageBody: Body }));
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      delivered += 1;
    }
  }
};
