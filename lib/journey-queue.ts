import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface JourneyQueueProps {
  /** Timeout of the function that reads this queue. */
  readonly functionTimeout: Duration;
  /**
   * How long its event source gathers a batch.
   * @default none
   */
  readonly batchingWindow?: Duration;
  /**
   * Tries of a message before it goes to the dead letters.
   * @default 5, as AWS advises for event sources
   */
  readonly maxReceiveCount?: number;
}

const DEFAULT_MAX_RECEIVE_COUNT = 5;
/** Fewer, and messages are seen twice while a throttled function's batch still waits inside the event source. */
const VISIBILITY_TIMEOUTS_OF_FUNCTION = 6;
/** SQS's limit of today. Said here because it was 256 KiB before, and longer bodies shall reach the quarantine. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** A queue of the journey with its dead letters. */
export class JourneyQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;
  readonly batchingWindow: Duration;

  constructor(scope: Construct, id: string, props: JourneyQueueProps) {
    super(scope, id);
    this.batchingWindow = props.batchingWindow ?? Duration.seconds(0);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      // Keys of SQS itself: EventBridge cannot write to queues under alias/aws/sqs.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(
        props.functionTimeout.toSeconds() * VISIBILITY_TIMEOUTS_OF_FUNCTION + this.batchingWindow.toSeconds(),
      ),
      retentionPeriod: Duration.days(4),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: props.maxReceiveCount ?? DEFAULT_MAX_RECEIVE_COUNT },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
