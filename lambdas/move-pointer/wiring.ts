import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient } from '../../adapters/clients.ts';
import { dynamoDbPointers } from '../../adapters/dynamodb/pointers.ts';
import { movePointer } from '../../core/retrain/move-pointer.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);

export const logger = new Logger();
export const metrics = new Metrics();
export const move = movePointer({
  pointers: dynamoDbPointers({ client: dynamoDbClient(), tableName: environment.MODELS_TABLE }),
});
