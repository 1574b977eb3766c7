import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

/** A connection inside a region is made in milliseconds; a second without one means that it will not be. */
const CONNECTION_TIMEOUT_MS = 1_000;
/** Far above the slowest answer of a control plane or a table, far below a function's timeout. */
const REQUEST_TIMEOUT_MS = 10_000;
/** An endpoint answers within 60 s or not at all (SageMaker's limit); the caller's deadline is usually shorter. */
const SCORING_TIMEOUT_MS = 65_000;

const patient = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
};

// Region, credentials and AWS_ENDPOINT_URL come from the environment, as the SDK reads them.
export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(patient);
/** Objects of the event log and the snapshots take longer than a request to a table. */
export const s3Client = (): S3Client =>
  new S3Client({
    ...patient,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: 60_000, throwOnRequestTimeout: true },
  });
export const sageMakerClient = (): SageMakerClient => new SageMakerClient(patient);
/** Two attempts: the queue is the real retry. */
export const sageMakerRuntimeClient = (): SageMakerRuntimeClient =>
  new SageMakerRuntimeClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: SCORING_TIMEOUT_MS, throwOnRequestTimeout: true },
  });
export const stepFunctionsClient = (): SFNClient => new SFNClient(patient);
export const schedulerClient = (): SchedulerClient => new SchedulerClient(patient);
export const sqsClient = (): SQSClient => new SQSClient(patient);
export const eventBridgeClient = (): EventBridgeClient => new EventBridgeClient(patient);
