import { Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import type { EndpointNames, ModelKind } from './endpoint-names.ts';
import type { JourneyQueue } from './journey-queue.ts';

/*
 * CDK's own grants allow whole families (`s3:GetObject*`, every DynamoDB read). These allow the calls that are made, where they
 * are made: an item's table, the objects under one prefix, the endpoints of one kind of model.
 */

type TableAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

export const allowTable = (grantee: IGrantable, table: ITableV2, actions: readonly TableAction[]): void => {
  Grant.addToPrincipal({ grantee, actions: actions.map((action) => `dynamodb:${action}`), resourceArns: [table.tableArn] });
};

export const allowIndexQuery = (grantee: IGrantable, table: ITableV2, index: string): void => {
  Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [`${table.tableArn}/index/${index}`] });
};

/** Folders of the data bucket. */
export type DataPrefix = 'events/' | 'snapshots/' | 'models/' | 'checkpoints/' | 'texts/' | 'quarantine/';

export const allowReading = (grantee: IGrantable, data: DataBucket, prefixes: readonly DataPrefix[]): void => {
  Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: objectsUnder(data, prefixes) });
  Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt'], resourceArns: [data.key.keyArn] });
};

export const allowWriting = (grantee: IGrantable, data: DataBucket, prefixes: readonly DataPrefix[]): void => {
  Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: objectsUnder(data, prefixes) });
  Grant.addToPrincipal({ grantee, actions: ['kms:GenerateDataKey'], resourceArns: [data.key.keyArn] });
};

/** For objects that are larger than one request: a part is put like an object, and its key has to be readable too. */
export const allowWritingInParts = (grantee: IGrantable, data: DataBucket, prefixes: readonly DataPrefix[]): void => {
  allowWriting(grantee, data, prefixes);
  Grant.addToPrincipal({ grantee, actions: ['s3:AbortMultipartUpload'], resourceArns: objectsUnder(data, prefixes) });
  Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt'], resourceArns: [data.key.keyArn] });
};

export const allowListing = (grantee: IGrantable, data: DataBucket, prefixes: readonly DataPrefix[]): void => {
  Grant.addToPrincipal({
    grantee,
    actions: ['s3:ListBucket'],
    resourceArns: [data.bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
  });
};

const objectsUnder = (data: DataBucket, prefixes: readonly DataPrefix[]): string[] =>
  prefixes.map((prefix) => data.bucket.arnForObjects(`${prefix}*`));

export const allowPublishing = (grantee: IGrantable, bus: IEventBus): void => {
  Grant.addToPrincipal({ grantee, actions: ['events:PutEvents'], resourceArns: [bus.eventBusArn] });
};

export const allowSending = (grantee: IGrantable, to: JourneyQueue): void => {
  Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [to.queue.queueArn] });
};

type SageMakerResource = 'endpoint' | 'endpoint-config' | 'model' | 'training-job';

/** ARN of every version of something that the retraining workflow names: versions are numbered at run time. */
export const everyVersion = (scope: Construct, resource: SageMakerResource, names: EndpointNames, kind: ModelKind): string =>
  Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName: `${names[kind]}*` });

export const allowScoring = (grantee: IGrantable & Construct, names: EndpointNames, kind: ModelKind): void => {
  Grant.addToPrincipal({
    grantee,
    actions: ['sagemaker:InvokeEndpoint'],
    resourceArns: [everyVersion(grantee, 'endpoint', names, kind)],
  });
};

/** For actions that IAM cannot narrow to a resource; each is listed in acknowledgements.ts with its reason. */
export const allowOnAnything = (
  grantee: IGrantable,
  actions: readonly string[],
  conditions?: Readonly<Record<string, Record<string, string | string[]>>>,
): void => {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: ['*'], ...(conditions && { conditions }) }),
  );
};

/** Finding and deleting the endpoints of all versions of both kinds, with their configurations and models. */
export const allowRemovingEndpoints = (grantee: IGrantable & Construct, names: EndpointNames): void => {
  const kinds: readonly ModelKind[] = ['routing', 'clustering'];
  const allow = (actions: readonly string[], resource: SageMakerResource): void => {
    Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `sagemaker:${action}`),
      resourceArns: kinds.map((kind) => everyVersion(grantee, resource, names, kind)),
    });
  };
  allow(['DeleteEndpoint'], 'endpoint');
  allow(['DeleteEndpointConfig'], 'endpoint-config');
  allow(['DeleteModel'], 'model');
  allowOnAnything(grantee, ['sagemaker:ListEndpoints', 'sagemaker:ListEndpointConfigs', 'sagemaker:ListModels']);
};
