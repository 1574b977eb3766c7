import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import type { EndpointNames } from './endpoint-names.ts';
import { allowPublishing, allowScoring, allowSending, allowTable, allowWriting } from './grants.ts';
import type { JourneyBus } from './journey-bus.ts';
import { JourneyFunction } from './journey-function.ts';
import { JourneyQueue } from './journey-queue.ts';
import { QueueConsumer } from './queue-consumer.ts';
import type { StageSettings } from './stages.ts';
import type { Tables } from './tables.ts';

export interface RouteTicketsProps {
  readonly stage: StageSettings;
  readonly tables: Tables;
  readonly data: DataBucket;
  readonly bus: JourneyBus;
  readonly endpoints: EndpointNames;
}

const TIMEOUT = Duration.seconds(60);

/** Tickets come in, a decision goes out; what was decided without the model comes again by `rescore`. */
export class RouteTickets extends Construct {
  readonly tickets: JourneyQueue;
  readonly rescore: JourneyQueue;

  constructor(scope: Construct, id: string, props: RouteTicketsProps) {
    super(scope, id);
    const { stage, tables, data, bus, endpoints } = props;
    this.tickets = new JourneyQueue(this, 'Tickets', { functionTimeout: TIMEOUT });
    this.rescore = new JourneyQueue(this, 'Rescore', { functionTimeout: TIMEOUT });

    const route = new JourneyFunction(this, 'Route', {
      name: 'route-tickets',
      description: 'Decides which team a ticket goes to',
      timeout: TIMEOUT,
      memorySizeMb: 1024,
      logRetention: stage.logRetention,
      environment: {
        TICKETS_TABLE: tables.tickets.tableName,
        MODELS_TABLE: tables.models.tableName,
        QUARANTINE_TABLE: tables.quarantine.tableName,
        DATA_BUCKET: data.bucket.bucketName,
        BUS_NAME: bus.bus.eventBusName,
        RESCORE_QUEUE_URL: this.rescore.queue.queueUrl,
        ROUTING_ENDPOINT_PREFIX: endpoints.routing,
        SCORING_DEADLINE_MS: String(stage.scoringDeadline.toMilliseconds()),
        TICKET_RETENTION_DAYS: String(stage.ticketRetentionDays),
      },
    });
    allowTable(route, tables.tickets, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    allowTable(route, tables.models, ['BatchGetItem']);
    allowTable(route, tables.quarantine, ['PutItem']);
    allowWriting(route, data, ['texts/', 'quarantine/']);
    allowPublishing(route, bus.bus);
    allowScoring(route, endpoints, 'routing');
    allowSending(route, this.rescore);

    // A mapping cannot have less than 2, so both together may exceed the endpoint: rescoring is rare, delayed, and comes again.
    const reading = { to: route, batchSize: 10, maxConcurrency: stage.endpointMaxConcurrency };
    new QueueConsumer(this, 'TicketsConsumer', { ...reading, from: this.tickets });
    new QueueConsumer(this, 'RescoreConsumer', { ...reading, from: this.rescore });
  }
}
