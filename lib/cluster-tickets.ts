import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EndpointNames } from './endpoint-names.ts';
import { allowIndexQuery, allowPublishing, allowScoring, allowTable } from './grants.ts';
import type { JourneyBus } from './journey-bus.ts';
import { JourneyFunction } from './journey-function.ts';
import { JourneyQueue } from './journey-queue.ts';
import { QueueConsumer } from './queue-consumer.ts';
import type { StageSettings } from './stages.ts';
import { UNFAMILIAR_HOUR_INDEX } from './tables.ts';
import type { Tables } from './tables.ts';

export interface ClusterTicketsProps {
  readonly stage: StageSettings;
  readonly tables: Tables;
  readonly bus: JourneyBus;
  readonly endpoints: EndpointNames;
}

const TIMEOUT = Duration.seconds(60);

/** Routed tickets are assigned to topics; those that are closer to one another than to the past may be a topic that emerges. */
export class ClusterTickets extends Construct {
  readonly topics: JourneyQueue;

  constructor(scope: Construct, id: string, props: ClusterTicketsProps) {
    super(scope, id);
    const { stage, tables, bus, endpoints } = props;
    this.topics = new JourneyQueue(this, 'Topics', { functionTimeout: TIMEOUT });
    bus.deliver('RoutedToTopics', 'ticket.routed', this.topics);

    const cluster = new JourneyFunction(this, 'Cluster', {
      name: 'cluster-tickets',
      description: 'Assigns routed tickets to topics',
      timeout: TIMEOUT,
      logRetention: stage.logRetention,
      environment: {
        TICKETS_TABLE: tables.tickets.tableName,
        TOPICS_TABLE: tables.topics.tableName,
        BUS_NAME: bus.bus.eventBusName,
        CLUSTERING_ENDPOINT_PREFIX: endpoints.clustering,
        SCORING_DEADLINE_MS: String(stage.scoringDeadline.toMilliseconds()),
        TICKET_RETENTION_DAYS: String(stage.ticketRetentionDays),
      },
    });
    allowTable(cluster, tables.topics, ['PutItem', 'UpdateItem']);
    allowIndexQuery(cluster, tables.topics, UNFAMILIAR_HOUR_INDEX);
    // To name a group by what its tickets say.
    allowTable(cluster, tables.tickets, ['BatchGetItem']);
    allowPublishing(cluster, bus.bus);
    allowScoring(cluster, endpoints, 'clustering');

    new QueueConsumer(this, 'TopicsConsumer', {
      from: this.topics,
      to: cluster,
      batchSize: 10,
      maxConcurrency: stage.endpointMaxConcurrency,
    });
  }
}
