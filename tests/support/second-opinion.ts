import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { TestRunner } from 'vitest';
import { z } from 'zod';
import type { TableDefinition } from './table-definitions.ts';
import type { ClientConfig } from './test-cloud.ts';

const schema = z.object({
  /** Another implementation of AWS's APIs, on loopback, that the adapters' tests are run against. */
  SIGNALBOX_OPINION_ENDPOINT: z.url().optional(),
  /** What it knows, by the services' names with commas between. */
  SIGNALBOX_OPINION_SERVICES: z.string().default(''),
});

export interface SecondOpinion {
  readonly endpoint: string;
  readonly services: ReadonlySet<string>;
}

/** Who is asked besides the local cloud's own engines; `npm run test:opinions` says it, and nothing else does. */
export const secondOpinion = (): SecondOpinion | undefined => {
  const { SIGNALBOX_OPINION_ENDPOINT: endpoint, SIGNALBOX_OPINION_SERVICES: services } = schema.parse(process.env);
  return endpoint === undefined ? undefined : { endpoint, services: new Set(services.split(',')) };
};

declare module 'vitest' {
  interface TaskMeta {
    /** Set where another implementation was asked; only such a test is an opinion. */
    opinion?: true;
  }
}

/** Skips the running test: another implementation has nothing to say about it. */
export const noOpinion = (reason: string): never => TestRunner.getCurrentTest()?.context.skip(reason) as never;

/** Notes that the running test asks another implementation. */
export const isOpinion = (): void => {
  const test = TestRunner.getCurrentTest();
  if (test) test.meta.opinion = true;
};

export interface Contents {
  readonly tables: Readonly<Record<string, TableDefinition>>;
  readonly buckets: readonly string[];
}

/** Empties the other implementation, and makes what a test begins with. */
export const startOver = async (opinion: SecondOpinion, config: ClientConfig, { tables, buckets }: Contents): Promise<void> => {
  isOpinion();
  if (opinion.services.has('dynamodb')) {
    const client = new DynamoDBClient(config);
    const { TableNames = [] } = await client.send(new ListTablesCommand());
    for (const TableName of TableNames) await client.send(new DeleteTableCommand({ TableName }));
    for (const [TableName, definition] of Object.entries(tables))
      await client.send(new CreateTableCommand({ TableName, ...definition }));
    client.destroy();
  }
  if (opinion.services.has('s3')) {
    const client = new S3Client(config);
    const { Buckets = [] } = await client.send(new ListBucketsCommand());
    const there = new Set(Buckets.map(({ Name }) => Name));
    for (const Bucket of buckets) await (there.has(Bucket) ? emptied(client, Bucket) : made(client, Bucket, config.region));
    client.destroy();
  }
};

const made = async (client: S3Client, Bucket: string, region: string): Promise<void> => {
  const CreateBucketConfiguration = { LocationConstraint: region as 'eu-central-1' };
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
};

const emptied = async (client: S3Client, Bucket: string): Promise<void> => {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) return;
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Contents.map(({ Key }) => ({ Key })) } }));
  }
};
