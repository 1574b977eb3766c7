import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient, eventBridgeClient, s3Client } from '../../adapters/clients.ts';
import { dynamoDbOutcomeRecords } from '../../adapters/dynamodb/outcome-records.ts';
import { dynamoDbQuarantine } from '../../adapters/dynamodb/quarantine.ts';
import { eventBridgeBus } from '../../adapters/eventbridge/bus.ts';
import { s3Texts } from '../../adapters/s3/texts.ts';
import { createLearnFromOutcomes } from '../../core/learn/learn-from-outcomes.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);
const clock = { now: () => Date.now() };
const client = dynamoDbClient();
const retentionDays = environment.TICKET_RETENTION_DAYS;

export const logger = new Logger();
export const metrics = new Metrics();
export const learnFromOutcomes = createLearnFromOutcomes({
  records: dynamoDbOutcomeRecords({ client, tableName: environment.TICKETS_TABLE, clock, retentionDays }),
  quarantine: dynamoDbQuarantine({
    client,
    tableName: environment.QUARANTINE_TABLE,
    texts: s3Texts({ client: s3Client(), bucket: environment.DATA_BUCKET }),
    retentionDays,
  }),
  bus: eventBridgeBus({ client: eventBridgeClient(), busName: environment.BUS_NAME }),
  clock,
  deliveriesToWaitForTicket: environment.DELIVERIES_TO_WAIT_FOR_TICKET,
});
