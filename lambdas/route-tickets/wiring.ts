import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient, eventBridgeClient, s3Client, sageMakerRuntimeClient, sqsClient } from '../../adapters/clients.ts';
import { cachedRead } from '../../adapters/dynamodb/cached-read.ts';
import { dynamoDbLiveRouting } from '../../adapters/dynamodb/live-routing.ts';
import { POINTER_CACHE_MS } from '../../adapters/dynamodb/pointers.ts';
import { dynamoDbQuarantine } from '../../adapters/dynamodb/quarantine.ts';
import { dynamoDbTicketRecords } from '../../adapters/dynamodb/ticket-records.ts';
import { eventBridgeBus } from '../../adapters/eventbridge/bus.ts';
import { declaredLabels } from '../../adapters/labels/declared-labels.ts';
import { s3Texts } from '../../adapters/s3/texts.ts';
import { sageMakerRoutingScorer } from '../../adapters/sagemaker/scoring.ts';
import { sqsRescoreQueue } from '../../adapters/sqs/rescore-queue.ts';
import { DEFAULT_POLICY } from '../../core/route/policy.ts';
import { createRescoreTickets } from '../../core/route/rescore-tickets.ts';
import { createRouteTickets } from '../../core/route/route-tickets.ts';
import { createTicketScoring } from '../../core/route/score-tickets.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);
const clock = { now: () => Date.now() };
const dynamoDb = dynamoDbClient();
const retentionDays = environment.TICKET_RETENTION_DAYS;
const texts = s3Texts({ client: s3Client(), bucket: environment.DATA_BUCKET });

const deps = {
  records: dynamoDbTicketRecords({ client: dynamoDb, tableName: environment.TICKETS_TABLE, clock, retentionDays }),
  quarantine: dynamoDbQuarantine({ client: dynamoDb, tableName: environment.QUARANTINE_TABLE, texts, retentionDays }),
  texts,
  bus: eventBridgeBus({ client: eventBridgeClient(), busName: environment.BUS_NAME }),
  rescoreQueue: sqsRescoreQueue({ client: sqsClient(), queueUrl: environment.RESCORE_QUEUE_URL }),
  readLive: cachedRead({
    read: dynamoDbLiveRouting({ client: dynamoDb, tableName: environment.MODELS_TABLE }),
    clock,
    maxAgeMs: POINTER_CACHE_MS,
  }),
  scoreTickets: createTicketScoring({
    scorer: sageMakerRoutingScorer({ client: sageMakerRuntimeClient(), endpointPrefix: environment.ROUTING_ENDPOINT_PREFIX }),
    clock,
    deadlineMs: environment.SCORING_DEADLINE_MS,
    abortAfter: (ms) => AbortSignal.timeout(ms),
  }),
  policy: { ...DEFAULT_POLICY, labels: declaredLabels(import.meta.dirname) },
  clock,
};

export const logger = new Logger();
export const metrics = new Metrics();
export const routeTickets = createRouteTickets(deps);
export const rescoreTickets = createRescoreTickets(deps);
export const rescoreQueueName = environment.RESCORE_QUEUE_URL.split('/').at(-1);
