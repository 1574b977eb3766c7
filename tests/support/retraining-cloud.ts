import { onTestFinished } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { startGateway } from '../../local/gateway.ts';
import { createS3 } from '../../local/s3/s3.ts';
import type { ApiCall, Service } from '../../local/service.ts';
import { NOW } from './retraining-builders.ts';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';
const ACCESS_KEY_ID = 'AKIATEST';

export const MODELS_TABLE = 'models';
export const DATA_BUCKET = 'data';

/** What a client of the AWS SDK is made with. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

export interface RetrainingCloud {
  readonly config: ClientConfig;
  /** How often an action was asked for. */
  countOf(action: string): number;
}

/**
 * A gateway with an empty table for models and an empty bucket for data, closed when the test is over.
 * @param services that are there besides DynamoDB and S3
 */
export const startRetrainingCloud = async (services: readonly Service[] = []): Promise<RetrainingCloud> => {
  const clock = startSteppedClock(Date.parse(NOW));
  const dynamoDb = createDynamoDb({ clock, region: REGION, accountId: ACCOUNT_ID });
  dynamoDb.createTable({
    name: MODELS_TABLE,
    properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  });
  const s3 = createS3({ clock });
  s3.createBucket({ name: DATA_BUCKET, properties: {} });
  const gateway = await startGateway({
    port: 0,
    host: '127.0.0.1',
    services: [dynamoDb, s3, ...services],
    identify: (accessKeyId) =>
      accessKeyId === ACCESS_KEY_ID ? { name: 'test', principal: `arn:aws:iam::${ACCOUNT_ID}:user/test` } : undefined,
    accountId: ACCOUNT_ID,
    region: REGION,
  });
  onTestFinished(async () => {
    await gateway.close();
    dynamoDb.close();
    s3.close();
  });
  return {
    config: {
      endpoint: gateway.endpoint,
      region: REGION,
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
    countOf: (action) =>
      gateway
        .counts()
        .filter((counted) => counted.action === action)
        .reduce((sum, { count }) => sum + count, 0),
  };
};

type Answers = Readonly<Record<string, (input: ApiCall['input']) => Record<string, unknown> | Promise<Record<string, unknown>>>>;

/** A service that answers each action as it is told to, with a value or a thrown `AwsError`. */
export const serviceOf = (name: string, answers: Answers): Service & { readonly asked: readonly ApiCall[] } => {
  const asked: ApiCall[] = [];
  return {
    name,
    actions: new Set(Object.keys(answers)),
    asked,
    call: async (call) => {
      asked.push(call);
      return (await answers[call.action]?.(call.input)) ?? {};
    },
  };
};
