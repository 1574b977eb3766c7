import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient, sageMakerClient } from '../../adapters/clients.ts';
import { dynamoDbModelVersions } from '../../adapters/dynamodb/model-versions.ts';
import { dynamoDbPointers, POINTER_CACHE_MS } from '../../adapters/dynamodb/pointers.ts';
import { dynamoDbRetrainingLock } from '../../adapters/dynamodb/retraining-lock.ts';
import { sageMakerServingResources } from '../../adapters/sagemaker/endpoints.ts';
import { endRetraining } from '../../core/retrain/end-retraining.ts';
import { environmentSchema } from './environment.ts';

/** A call that was sent just before the pointer was read again. */
const CALL_UNDER_WAY_MS = 1_000;

const environment = environmentSchema.parse(process.env);
const table = { client: dynamoDbClient(), tableName: environment.MODELS_TABLE };

export const logger = new Logger();
export const metrics = new Metrics();
export const end = endRetraining({
  pointers: dynamoDbPointers(table),
  versions: dynamoDbModelVersions(table),
  lock: dynamoDbRetrainingLock(table),
  servingResources: sageMakerServingResources({
    client: sageMakerClient(),
    prefixes: [environment.ROUTING_ENDPOINT_PREFIX, environment.CLUSTERING_ENDPOINT_PREFIX],
  }),
  clock: { now: () => Date.now() },
  untilPointerIsSeen: () => sleep(POINTER_CACHE_MS + CALL_UNDER_WAY_MS),
});
