import { onTestFinished } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { startGateway } from '../../local/gateway.ts';
import { createS3 } from '../../local/s3/s3.ts';
import type { Service } from '../../local/service.ts';
import { NOW_MS } from './ticket-events.ts';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';
const ACCESS_KEY_ID = 'AKIATEST';

export const TICKETS_TABLE = 'tickets';
export const TOPICS_TABLE = 'topics';
export const QUARANTINE_TABLE = 'quarantine';
export const MODELS_TABLE = 'models';
export const DATA_BUCKET = 'data';

const KEYS = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};

/** The index over facts and hours, as the stack declares it. */
const TICKETS = {
  ...KEYS,
  AttributeDefinitions: [
    ...KEYS.AttributeDefinitions,
    { AttributeName: 'factHour', AttributeType: 'S' },
    { AttributeName: 'factId', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-fact-hour',
      KeySchema: [
        { AttributeName: 'factHour', KeyType: 'HASH' },
        { AttributeName: 'factId', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

/** The index over topics and hours, as the stack declares it. */
const TOPICS = {
  ...KEYS,
  AttributeDefinitions: [...KEYS.AttributeDefinitions, { AttributeName: 'topicHour', AttributeType: 'S' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-topic-hour',
      KeySchema: [
        { AttributeName: 'topicHour', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['ticketId', 'time', 'embedding'] },
    },
  ],
};

/**
 * A gateway with the journey's empty tables and bucket, closed when the test is over.
 * @param services that are there besides DynamoDB and S3
 */
export const startJourneyCloud = async (services: readonly Service[] = []) => {
  const clock = startSteppedClock(NOW_MS);
  const dynamoDb = createDynamoDb({ clock, region: REGION, accountId: ACCOUNT_ID });
  dynamoDb.createTable({ name: TICKETS_TABLE, properties: TICKETS });
  for (const name of [QUARANTINE_TABLE, MODELS_TABLE]) dynamoDb.createTable({ name, properties: KEYS });
  dynamoDb.createTable({ name: TOPICS_TABLE, properties: TOPICS });
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
    clock,
    /** What a client of the AWS SDK is made with. */
    config: {
      endpoint: gateway.endpoint,
      region: REGION,
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
    countOf: (action: string): number =>
      gateway
        .counts()
        .filter((counted) => counted.action === action)
        .reduce((sum, { count }) => sum + count, 0),
  };
};
