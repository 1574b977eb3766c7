import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import { allowPublishing, allowTable, allowWriting } from './grants.ts';
import type { JourneyBus } from './journey-bus.ts';
import { JourneyFunction } from './journey-function.ts';
import { JourneyQueue } from './journey-queue.ts';
import { QueueConsumer } from './queue-consumer.ts';
import type { StageSettings } from './stages.ts';
import type { Tables } from './tables.ts';

export interface LearnFromOutcomesProps {
  readonly stage: StageSettings;
  readonly tables: Tables;
  readonly data: DataBucket;
  readonly bus: JourneyBus;
}

const TIMEOUT = Duration.seconds(30);

/**
 * An outcome may overtake its ticket, and waits for it as long as the ticket has tries of its own: five of six minutes, here twelve
 * of three.
 */
const DELIVERIES_TO_WAIT_FOR_TICKET = 12;

/** What became of tickets comes in: the lessons of the next training. */
export class LearnFromOutcomes extends Construct {
  readonly outcomes: JourneyQueue;

  constructor(scope: Construct, id: string, props: LearnFromOutcomesProps) {
    super(scope, id);
    const { stage, tables, data, bus } = props;
    this.outcomes = new JourneyQueue(this, 'Outcomes', {
      functionTimeout: TIMEOUT,
      maxReceiveCount: DELIVERIES_TO_WAIT_FOR_TICKET + 5,
    });

    const learn = new JourneyFunction(this, 'Learn', {
      name: 'learn-from-outcomes',
      description: 'Takes in what became of tickets',
      timeout: TIMEOUT,
      logRetention: stage.logRetention,
      environment: {
        TICKETS_TABLE: tables.tickets.tableName,
        QUARANTINE_TABLE: tables.quarantine.tableName,
        DATA_BUCKET: data.bucket.bucketName,
        BUS_NAME: bus.bus.eventBusName,
        TICKET_RETENTION_DAYS: String(stage.ticketRetentionDays),
        DELIVERIES_TO_WAIT_FOR_TICKET: String(DELIVERIES_TO_WAIT_FOR_TICKET),
      },
    });
    allowTable(learn, tables.tickets, ['BatchGetItem', 'PutItem', 'UpdateItem']);
    allowTable(learn, tables.quarantine, ['PutItem']);
    allowWriting(learn, data, ['quarantine/']);
    allowPublishing(learn, bus.bus);

    new QueueConsumer(this, 'OutcomesConsumer', { from: this.outcomes, to: learn, batchSize: 10, maxConcurrency: 5 });
  }
}
