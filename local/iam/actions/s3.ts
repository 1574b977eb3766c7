import { objects, on, onAnything, text } from '../action-mapping.ts';
import type { Input, Mapping, Requirement, ServiceMappings } from '../action-mapping.ts';
import type { Keys } from '../request-context.ts';

export const bucketArn = ({ Bucket }: Input): string => `arn:aws:s3:::${text(Bucket)}`;
const objectArn = (input: Input): string => `${bucketArn(input)}/${text(input['Key'])}`;

const versioned = (action: string, input: Input): Requirement =>
  typeof input['VersionId'] === 'string'
    ? { action: `${action}Version`, resource: objectArn(input), keys: { 's3:VersionId': input['VersionId'] } }
    : { action, resource: objectArn(input), keys: { 's3:VersionId': undefined } };

const readObject: Mapping = (input) => [versioned('s3:GetObject', input)];

const keyOf = (input: Input, member: string): string | undefined =>
  typeof input[member] === 'string' ? input[member] : undefined;

const writeObject: Mapping = (input) => [
  {
    action: 's3:PutObject',
    resource: objectArn(input),
    keys: {
      's3:x-amz-server-side-encryption': keyOf(input, 'ServerSideEncryption'),
      's3:x-amz-server-side-encryption-aws-kms-key-id': keyOf(input, 'SSEKMSKeyId'),
      's3:x-amz-storage-class': keyOf(input, 'StorageClass'),
    },
  },
  ...(input['Tagging'] === undefined ? [] : [{ action: 's3:PutObjectTagging', resource: objectArn(input) }]),
];

/** What a listing is narrowed to; asking for a bucket itself, or for an object that is not there, narrows to nothing. */
export const listingOf = (input: Input, keys: Keys = {}): Requirement => ({
  action: 's3:ListBucket',
  resource: bucketArn(input),
  keys: { 's3:prefix': undefined, 's3:delimiter': undefined, 's3:max-keys': undefined, ...keys },
});

const listObjects: Mapping = (input) => [
  listingOf(input, {
    's3:prefix': keyOf(input, 'Prefix'),
    's3:delimiter': keyOf(input, 'Delimiter'),
    's3:max-keys': input['MaxKeys'] === undefined ? undefined : Number(input['MaxKeys']),
  }),
];

const copyObject: Mapping = (input) => {
  const source = decodeURIComponent(text(input['CopySource']))
    .replace(/^\//, '')
    .replace(/\?versionId=.*$/, '');
  const version = /\?versionId=(.+)$/.exec(text(input['CopySource']))?.[1];
  const slash = source.indexOf('/');
  const from = { Bucket: source.slice(0, slash), Key: source.slice(slash + 1), ...(version && { VersionId: version }) };
  return [versioned('s3:GetObject', from), ...writeObjectOf(input)];
};

const writeObjectOf = (input: Input): readonly Requirement[] => writeObject(input, { region: '', accountId: '' });

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export const s3Actions: ServiceMappings = {
  GetObject: readObject,
  HeadObject: readObject,
  PutObject: writeObject,
  CopyObject: copyObject,
  DeleteObject: (input) => [versioned('s3:DeleteObject', input)],
  DeleteObjects: (input) => {
    const deletion = (input['Delete'] ?? {}) as Input;
    return objects(deletion['Objects']).map((object) => versioned('s3:DeleteObject', { ...object, Bucket: input['Bucket'] }));
  },
  CreateMultipartUpload: writeObject,
  UploadPart: writeObject,
  CompleteMultipartUpload: writeObject,
  AbortMultipartUpload: on('s3:AbortMultipartUpload', objectArn),
  GetObjectTagging: on('s3:GetObjectTagging', objectArn),
  PutObjectTagging: on('s3:PutObjectTagging', objectArn),
  DeleteObjectTagging: on('s3:DeleteObjectTagging', objectArn),
  HeadBucket: (input) => [listingOf(input)],
  ListBuckets: onAnything('s3:ListAllMyBuckets'),
  ListObjectsV2: listObjects,
};
