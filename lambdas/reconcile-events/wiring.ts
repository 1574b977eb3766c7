import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient, eventBridgeClient, s3Client } from '../../adapters/clients.ts';
import { dynamoDbStoredFacts } from '../../adapters/dynamodb/stored-facts.ts';
import { eventBridgeBus } from '../../adapters/eventbridge/bus.ts';
import { s3EventLogScan } from '../../adapters/s3/event-log.ts';
import { createReconcileLog } from '../../core/archive/reconcile-log.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);
const data = { client: s3Client(), bucket: environment.DATA_BUCKET };

export const logger = new Logger();
export const metrics = new Metrics();
export const reconcileLog = createReconcileLog({
  facts: dynamoDbStoredFacts({ client: dynamoDbClient(), tableName: environment.TICKETS_TABLE }),
  arrivals: s3EventLogScan(data).arrivals,
  bus: eventBridgeBus({ client: eventBridgeClient(), busName: environment.BUS_NAME }),
  clock: { now: () => Date.now() },
});
