import { onTestFinished } from 'vitest';
import type { Clock } from '../../local/clock.ts';
import { startSteppedClock } from '../../local/clock.ts';
import { createDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { startGateway } from '../../local/gateway.ts';
import { createS3 } from '../../local/s3/s3.ts';
import type { Service } from '../../local/service.ts';
import { noOpinion, secondOpinion, startOver } from './second-opinion.ts';
import type { SecondOpinion } from './second-opinion.ts';
import { TABLES } from './table-definitions.ts';
import type { TableName } from './table-definitions.ts';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';
const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

export const DATA_BUCKET = 'data';

/** What a client of the AWS SDK is made with. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

export interface TestCloud {
  readonly config: ClientConfig;
  readonly clock: Clock;
  /** How often an action was asked for. */
  readonly countOf: (action: string) => number;
}

export interface TestCloudOptions {
  readonly nowMs: number;
  readonly tables: readonly TableName[];
  /** Services with made-up answers, besides DynamoDB and S3. */
  readonly services: readonly Service[];
}

/**
 * Empty tables and an empty bucket behind an endpoint, closed when the test is over: the local cloud's engines, or the other
 * implementation that the run asks for its opinion.
 */
export const startTestCloud = (options: TestCloudOptions): Promise<TestCloud> => {
  const opinion = secondOpinion();
  return opinion ? startElsewhere(opinion, options) : startHere(options);
};

const startHere = async ({ nowMs, tables, services }: TestCloudOptions): Promise<TestCloud> => {
  const clock = startSteppedClock(nowMs);
  const dynamoDb = createDynamoDb({ clock, region: REGION, accountId: ACCOUNT_ID });
  for (const name of tables) dynamoDb.createTable({ name, properties: TABLES[name] });
  const s3 = createS3({ clock });
  s3.createBucket({ name: DATA_BUCKET, properties: {} });
  const gateway = await startGateway({
    port: 0,
    host: '127.0.0.1',
    services: [dynamoDb, s3, ...services],
    identify: (accessKeyId) =>
      accessKeyId === CREDENTIALS.accessKeyId ? { name: 'test', principal: `arn:aws:iam::${ACCOUNT_ID}:user/test` } : undefined,
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
    config: { endpoint: gateway.endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 },
    countOf: (action) =>
      gateway
        .counts()
        .filter((counted) => counted.action === action)
        .reduce((sum, { count }) => sum + count, 0),
  };
};

/** The clients count there: the SDK tells its logger of every command. */
const startElsewhere = async (opinion: SecondOpinion, { nowMs, tables, services }: TestCloudOptions): Promise<TestCloud> => {
  if (services.length > 0) return noOpinion('the answers of a service are made up');
  const counts = new Map<string, number>();
  const count = ({ commandName }: { readonly commandName?: string }): void => {
    if (commandName !== undefined) counts.set(commandName, (counts.get(commandName) ?? 0) + 1);
  };
  const ignore = (): void => undefined;
  const config = { endpoint: opinion.endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 };
  const definitions = Object.fromEntries(tables.map((name) => [name, TABLES[name]]));
  await startOver(opinion, config, { tables: definitions, buckets: [DATA_BUCKET] });
  return {
    clock: startSteppedClock(nowMs),
    config: { ...config, logger: { info: count, error: count, warn: ignore, debug: ignore, trace: ignore } } as ClientConfig,
    countOf: (action) => counts.get(`${action}Command`) ?? 0,
  };
};
