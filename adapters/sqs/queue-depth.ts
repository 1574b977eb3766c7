import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Messages of a queue by their state; approximate, as SQS counts. */
export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface DescribedQueue {
  readonly depth: QueueDepth;
  /** Where its messages go that failed too often; undefined where there is no such queue. */
  readonly deadLetterArn: string | undefined;
}

export const describeQueue = async (client: SQSClient, queueUrl: string): Promise<DescribedQueue> => {
  const { Attributes: of = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
        'RedrivePolicy',
      ],
    }),
  );
  return {
    depth: {
      waiting: Number(of['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(of['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      delayed: Number(of['ApproximateNumberOfMessagesDelayed'] ?? 0),
    },
    deadLetterArn: targetOf(of['RedrivePolicy']),
  };
};

const targetOf = (redrivePolicy: string | undefined): string | undefined => {
  if (redrivePolicy === undefined) return undefined;
  const policy: unknown = JSON.parse(redrivePolicy);
  const target = typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy && policy.deadLetterTargetArn;
  return typeof target === 'string' ? target : undefined;
};
