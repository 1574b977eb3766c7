import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { JourneyFunction } from './journey-function.ts';
import type { JourneyQueue } from './journey-queue.ts';

export interface QueueConsumerProps {
  readonly from: JourneyQueue;
  readonly to: JourneyFunction;
  readonly batchSize: number;
  /** Invocations at once. Where the function calls an endpoint: never more than the endpoint's. */
  readonly maxConcurrency: number;
}

/** A function reads a queue in batches and answers which messages failed; there is no filter, it would drop what does not match. */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    const { from, to } = props;
    const grant = Grant.addToPrincipal({
      grantee: to,
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resourceArns: [from.queue.queueArn],
    });
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: to.function,
      eventSourceArn: from.queue.queueArn,
      batchSize: props.batchSize,
      ...(from.batchingWindow.toSeconds() > 0 && { maxBatchingWindow: from.batchingWindow }),
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
    // Lambda looks into the queue when the mapping is made.
    grant.applyBefore(mapping);
  }
}
