import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { z } from 'zod';

/** What a deployed journey stack says of itself. */
const outputsSchema = z.object({
  TicketsQueueUrl: z.string(),
  OutcomesQueueUrl: z.string(),
  TopicsQueueUrl: z.string(),
  ArchiveQueueUrl: z.string(),
  RescoreQueueUrl: z.string(),
  UndeliveredQueueUrl: z.string(),
  TicketsTable: z.string(),
  TopicsTable: z.string(),
  ModelsTable: z.string(),
  QuarantineTable: z.string(),
  DataBucket: z.string(),
  BusName: z.string(),
  StateMachineArn: z.string(),
  EndpointPrefix: z.string(),
});
export type JourneyOutputs = z.infer<typeof outputsSchema>;

/** Where a cloud is and who asks it. */
export interface Access {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Outputs by stack. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A person's access to a running Signalbox: its clients and the names of its parts. */
export interface Operator {
  readonly outputs: JourneyOutputs;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBClient;
  readonly stepFunctions: SFNClient;
  close(): void;
}

export const operatorOf = ({ endpoint, region, credentials, outputs }: Access): Operator =>
  operatorWith({ endpoint, region, credentials }, Object.assign({}, ...Object.values(outputs)));

/** Where clients call and who signs; what is left out they find as the AWS command line does. */
export type ClientSettings = Pick<SQSClientConfig, 'endpoint' | 'region' | 'credentials'>;

/** @throws ZodError where an output is missing */
export const operatorWith = (config: ClientSettings, outputs: Readonly<Record<string, string>>): Operator => {
  const sqs = new SQSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined });
  const dynamoDb = new DynamoDBClient(config);
  const stepFunctions = new SFNClient(config);
  return {
    outputs: outputsSchema.parse(outputs),
    sqs,
    s3,
    dynamoDb,
    stepFunctions,
    close: () => {
      for (const client of [sqs, s3, dynamoDb, stepFunctions]) client.destroy();
    },
  };
};
