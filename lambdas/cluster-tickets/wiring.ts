import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient, eventBridgeClient, sageMakerRuntimeClient } from '../../adapters/clients.ts';
import { dynamoDbTicketTexts } from '../../adapters/dynamodb/ticket-texts.ts';
import { dynamoDbTopicRecords } from '../../adapters/dynamodb/topic-records.ts';
import { eventBridgeBus } from '../../adapters/eventbridge/bus.ts';
import { sageMakerTopicAssigner } from '../../adapters/sagemaker/scoring.ts';
import { createClusterTickets } from '../../core/topic/cluster-tickets.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);
const clock = { now: () => Date.now() };

export const logger = new Logger();
export const metrics = new Metrics();
const tables = { client: dynamoDbClient(), clock, retentionDays: environment.TICKET_RETENTION_DAYS };
export const clusterTickets = createClusterTickets({
  records: dynamoDbTopicRecords({ ...tables, tableName: environment.TOPICS_TABLE }),
  texts: dynamoDbTicketTexts({ ...tables, tableName: environment.TICKETS_TABLE }),
  assigner: sageMakerTopicAssigner({ client: sageMakerRuntimeClient(), endpointPrefix: environment.CLUSTERING_ENDPOINT_PREFIX }),
  bus: eventBridgeBus({ client: eventBridgeClient(), busName: environment.BUS_NAME }),
  clock,
  deadlineMs: environment.SCORING_DEADLINE_MS,
  abortAfter: (ms) => AbortSignal.timeout(ms),
});
