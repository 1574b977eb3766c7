import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import { allowWriting } from './grants.ts';
import type { JourneyBus } from './journey-bus.ts';
import { JourneyFunction } from './journey-function.ts';
import { JourneyQueue } from './journey-queue.ts';
import { QueueConsumer } from './queue-consumer.ts';
import type { StageSettings } from './stages.ts';

export interface ArchiveEventsProps {
  readonly stage: StageSettings;
  readonly data: DataBucket;
  readonly bus: JourneyBus;
}

const TIMEOUT = Duration.seconds(60);
/** Small batches make millions of tiny objects: a day of 100,000 tickets is then a few hundred, not tens of thousands. */
const BATCH_SIZE = 1000;
const BATCHING_WINDOW = Duration.seconds(60);

/** Everything on the bus is written to the event log, from which retraining reads. */
export class ArchiveEvents extends Construct {
  readonly archive: JourneyQueue;

  constructor(scope: Construct, id: string, props: ArchiveEventsProps) {
    super(scope, id);
    const { stage, data, bus } = props;
    this.archive = new JourneyQueue(this, 'Archive', { functionTimeout: TIMEOUT, batchingWindow: BATCHING_WINDOW });
    bus.deliverAll('AllToArchive', this.archive);

    const archive = new JourneyFunction(this, 'Write', {
      name: 'archive-events',
      description: 'Writes the event log',
      timeout: TIMEOUT,
      memorySizeMb: 1024,
      logRetention: stage.logRetention,
      environment: { DATA_BUCKET: data.bucket.bucketName },
    });
    allowWriting(archive, data, ['events/']);

    new QueueConsumer(this, 'ArchiveConsumer', { from: this.archive, to: archive, batchSize: BATCH_SIZE, maxConcurrency: 2 });
  }
}
