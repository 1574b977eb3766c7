import type { Clock } from '../clock.ts';
import { isWithin } from '../limit.ts';
import { AwsError } from '../service.ts';
import type { Bucket, ObjectHeaders, StoredObject, Tag } from './bucket.ts';
import { type Input, invalidArgument, optionalString, requiredString } from './input.ts';
import { s3Limits } from './limits.ts';
import { noSuchKey } from './preconditions.ts';

/** What every action works on. */
export interface Store {
  readonly clock: Clock;
  readonly buckets: Map<string, Bucket>;
}

export const bucketOf = (store: Store, input: Input, member = 'Bucket'): Bucket =>
  findBucket(store, requiredString(input, member));

export const findBucket = (store: Store, name: string): Bucket => {
  const bucket = store.buckets.get(name);
  if (bucket) return bucket;
  throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
};

export const keyIn = (input: Input): string => {
  const key = requiredString(input, 'Key');
  if (Buffer.byteLength(key) <= s3Limits.key.most) return key;
  throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { MaxSizeAllowed: String(s3Limits.key.most) });
};

export const objectIn = (bucket: Bucket, key: string): StoredObject => {
  const object = bucket.get(key);
  if (object) return object;
  throw noSuchKey(key);
};

export const checkBodySize = (bytes: number): void => {
  if (bytes <= s3Limits.upload.most) return;
  throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
    MaxSizeAllowed: String(s3Limits.upload.most),
  });
};

const STORED_HEADERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'StorageClass',
] as const;

/** Members of a write that are kept with the object, or that only matter to access and billing. */
export const OBJECT_MEMBERS: readonly string[] = [
  ...STORED_HEADERS,
  'Metadata',
  'Tagging',
  'ExpectedBucketOwner',
  'RequestPayer',
];

export const readHeaders = (input: Input): ObjectHeaders => {
  const headers: Record<string, unknown> = { ContentType: 'binary/octet-stream', ServerSideEncryption: 'AES256' };
  for (const member of STORED_HEADERS) {
    if (input[member] !== undefined) headers[member] = input[member];
  }
  return Object.freeze(headers);
};

export const readMetadata = (input: Input): Readonly<Record<string, string>> => {
  const entries = Object.entries((input['Metadata'] ?? {}) as Record<string, string>);
  const bytes = entries.reduce((total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > s3Limits.metadata.most) {
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return Object.freeze(Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])));
};

export const checkTags = (tags: readonly Tag[]): readonly Tag[] => {
  if (tags.length > s3Limits.tags.most)
    throw new AwsError('BadRequest', `Object tags cannot be greater than ${s3Limits.tags.most}`);
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) {
    throw new AwsError('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  for (const { Key, Value } of tags) {
    if (typeof Key !== 'string' || !isWithin(s3Limits.tagKey, Key.length))
      throw new AwsError('InvalidTag', 'The TagKey you have provided is invalid');
    if (typeof Value !== 'string' || !isWithin(s3Limits.tagValue, Value.length))
      throw new AwsError('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return Object.freeze(tags.map(({ Key, Value }) => Object.freeze({ Key, Value })));
};

/** Tags from the query string of a write's `Tagging` member. */
export const readTagging = (input: Input): readonly Tag[] => {
  const tagging = optionalString(input, 'Tagging');
  return tagging === undefined ? [] : checkTags([...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value })));
};

/** Reads `bucket/key` of CopySource. */
export const readCopySource = (input: Input): { readonly bucket: string; readonly key: string } => {
  const source = decodeURIComponent(requiredString(input, 'CopySource').replace(/^\//, ''));
  const slash = source.indexOf('/');
  if (slash < 1 || slash === source.length - 1) throw invalidArgument('CopySource must be of the form bucket/key');
  return { bucket: source.slice(0, slash), key: source.slice(slash + 1) };
};
