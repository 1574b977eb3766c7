/** Keys that every request has, or is known not to have: those of its caller, of the service that acts, of time and place. */
const globalKeys = [
  'aws:CurrentTime',
  'aws:EpochTime',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalServiceName',
  'aws:PrincipalType',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:username',
  'aws:ViaAWSService',
] as const;

/** Keys that the table of actions reads from requests. */
const serviceKeys = [
  'events:detail-type',
  'events:source',
  'iam:PassedToService',
  'kms:CallerAccount',
  'kms:EncryptionContext:aws:s3:arn',
  'kms:EncryptionContext:aws:sqs:arn',
  'kms:EncryptionContext:aws:sns:topicArn',
  'kms:ViaService',
  'lambda:FunctionArn',
  's3:delimiter',
  's3:max-keys',
  's3:prefix',
  's3:VersionId',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-storage-class',
  'sagemaker:ModelArn',
] as const;

export const conditionKeys: readonly string[] = [...globalKeys, ...serviceKeys];

const known: ReadonlySet<string> = new Set(conditionKeys.map((key) => key.toLowerCase()));

/** Whether any request here could tell the key: a policy with another one is refused before anything runs. */
export const conditionKeysAreKnown = (key: string): boolean => known.has(key.toLowerCase());
