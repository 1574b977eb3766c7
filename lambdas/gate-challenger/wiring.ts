import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { dynamoDbClient } from '../../adapters/clients.ts';
import { dynamoDbModelVersions } from '../../adapters/dynamodb/model-versions.ts';
import { judgeByTestTickets } from '../../core/retrain/gate.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);

export const logger = new Logger();
export const metrics = new Metrics();
export const judge = judgeByTestTickets({
  versions: dynamoDbModelVersions({ client: dynamoDbClient(), tableName: environment.MODELS_TABLE }),
});
