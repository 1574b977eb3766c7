import { UnsupportedError } from '../service.ts';
import type { ApiCall } from '../service.ts';
import { objects, text } from './action-mapping.ts';
import type { Input, MappingPlace, Requirement } from './action-mapping.ts';
import { bucketArn, s3Actions } from './actions/s3.ts';
import { sqsActions } from './actions/sqs.ts';
import { snsActions } from './actions/messaging.ts';

/** Which KMS key a queue, topic or bucket encrypts with. */
export interface Encryption {
  addKey(key: { readonly arn: string; readonly id: string }): void;
  addAlias(alias: string, keyId: string): void;
  /** @param key id, ARN or alias, as a template names it */
  encrypt(resourceArn: string, key: string): void;
  /** What a call needs of KMS besides its own action: SQS, SNS and S3 ask for it in the caller's name. */
  readonly requirementsOf: (call: ApiCall) => readonly Requirement[];
}

type KmsAction = 'GenerateDataKey' | 'Decrypt';

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const kmsActions: Readonly<Record<string, Readonly<Record<string, readonly KmsAction[]>>>> = {
  s3: {
    GetObject: ['Decrypt'],
    PutObject: ['GenerateDataKey'],
    CreateMultipartUpload: ['GenerateDataKey', 'Decrypt'],
    UploadPart: ['GenerateDataKey', 'Decrypt'],
    CompleteMultipartUpload: ['Decrypt'],
  },
  sqs: {
    SendMessage: ['GenerateDataKey', 'Decrypt'],
    SendMessageBatch: ['GenerateDataKey', 'Decrypt'],
    ReceiveMessage: ['Decrypt'],
  },
  sns: { Publish: ['GenerateDataKey', 'Decrypt'], PublishBatch: ['GenerateDataKey', 'Decrypt'] },
};

export const createEncryption = (place: MappingPlace): Encryption => {
  const { region, accountId } = place;
  const keys = new Map<string, string>();
  const keyOfResource = new Map<string, string>();
  /** A key of AWS itself has a policy of its own, which the guard knows by this ARN. */
  const resolve = (key: string): string => {
    const alias = key.startsWith('arn:') ? key.split(':').slice(5).join(':') : key;
    if (alias.startsWith('alias/aws/')) return `arn:aws:kms:${region}:${accountId}:${alias}`;
    const arn = keys.get(alias) ?? keys.get(key);
    if (arn === undefined)
      throw new UnsupportedError(`No stack makes the KMS key ${key}, so the local cloud does not know its policy.`);
    return arn;
  };

  const needs = (
    key: string | undefined,
    actions: readonly KmsAction[],
    service: string,
    encryptionContext: Readonly<Record<string, string>>,
    callerAccount: string | undefined,
  ): readonly Requirement[] => {
    if (key === undefined) return [];
    const context = Object.fromEntries(
      Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
    );
    const keysOf = {
      'kms:ViaService': `${service}.${region}.amazonaws.com`,
      'kms:CallerAccount': callerAccount,
      'aws:ViaAWSService': 'true',
      ...context,
    };
    return actions.map((action) => ({ action: `kms:${action}`, resource: key, keys: keysOf }));
  };

  return {
    addKey: ({ arn, id }) => {
      keys.set(id, arn);
      keys.set(`key/${id}`, arn);
    },
    addAlias: (alias, keyId) => {
      keys.set(alias, resolve(keyId));
    },
    encrypt: (resourceArn, key) => {
      keyOfResource.set(resourceArn, resolve(key));
    },
    requirementsOf: ({ caller, service, action, input }) => {
      if (keyOfResource.size === 0) return [];
      const account = caller.principal.startsWith('arn:') ? accountId : undefined;
      if (service === 's3') return s3Requirements(action, input, account);
      const actions = kmsActions[service]?.[action];
      if (!actions) return [];
      const arn = (service === 'sqs' ? sqsActions : snsActions)[action]?.(input, place)[0]?.resource ?? '';
      const name = service === 'sqs' ? 'aws:sqs:arn' : 'aws:sns:topicArn';
      return needs(keyOfResource.get(arn), actions, service, { [name]: arn }, account);
    },
  };

  function s3Requirements(action: string, input: Input, account: string | undefined): readonly Requirement[] {
    const bucket = bucketArn(input);
    const key = keyOfResource.get(bucket);
    const inBucket = (arn: string, actions: readonly KmsAction[]): readonly Requirement[] =>
      needs(keyOfResource.get(arn), actions, 's3', { 'aws:s3:arn': arn }, account);
    if (key !== undefined && 'SSEKMSKeyId' in input && resolve(text(input['SSEKMSKeyId'])) !== key)
      throw new UnsupportedError(
        `An object under another key than that of its bucket ${text(input['Bucket'])} is not known here.`,
      );
    if (key !== undefined && input['ServerSideEncryption'] === 'AES256')
      throw new UnsupportedError(`An object in ${text(input['Bucket'])} that is not under the bucket's key is not known here.`);
    if (action === 'CopyObject') {
      const from = s3Actions['CopyObject']?.(input, place)[0]?.resource.split('/')[0] ?? '';
      return [...inBucket(from, ['Decrypt']), ...inBucket(bucket, ['GenerateDataKey'])];
    }
    // Metadata is not encrypted, a checksum is.
    if (action === 'HeadObject') return input['ChecksumMode'] === 'ENABLED' ? inBucket(bucket, ['Decrypt']) : [];
    return inBucket(bucket, kmsActions['s3']?.[action] ?? []);
  }
};

/** The key that a resource's properties name, if any. */
export const keyNamedIn = (type: string, properties: Input): string | undefined => {
  if (type !== 'AWS::S3::Bucket') return optional(properties['KmsMasterKeyId']);
  const [rule] = objects(((properties['BucketEncryption'] ?? {}) as Input)['ServerSideEncryptionConfiguration']);
  const byDefault = ((rule ?? {})['ServerSideEncryptionByDefault'] ?? {}) as Input;
  if (byDefault['SSEAlgorithm'] !== 'aws:kms' && byDefault['SSEAlgorithm'] !== 'aws:kms:dsse') return undefined;
  return optional(byDefault['KMSMasterKeyID']) ?? 'alias/aws/s3';
};

const optional = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
