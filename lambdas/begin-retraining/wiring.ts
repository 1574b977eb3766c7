import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient } from '../../adapters/clients.ts';
import { dynamoDbModelVersions } from '../../adapters/dynamodb/model-versions.ts';
import { dynamoDbPauses } from '../../adapters/dynamodb/pauses.ts';
import { dynamoDbPointers } from '../../adapters/dynamodb/pointers.ts';
import { dynamoDbRetrainingLock } from '../../adapters/dynamodb/retraining-lock.ts';
import { beginRetraining } from '../../core/retrain/begin-retraining.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);
const table = { client: dynamoDbClient(), tableName: environment.MODELS_TABLE };

export const logger = new Logger();
export const metrics = new Metrics();
export const begin = beginRetraining({
  lock: dynamoDbRetrainingLock(table),
  versions: dynamoDbModelVersions(table),
  pointers: dynamoDbPointers(table),
  pauses: dynamoDbPauses(table),
  clock: { now: () => Date.now() },
  lockSeconds: environment.LOCK_SECONDS,
});
