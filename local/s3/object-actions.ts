import { isWithin } from '../limit.ts';
import { AwsError } from '../service.ts';
import type { StoredObject, Tag } from './bucket.ts';
import { readByteRange } from './byte-range.ts';
import { CHECKSUM_MEMBERS, md5Hex, verifyChecksums } from './checksum.ts';
import { checkMembers, type Input, optionalString, readBody } from './input.ts';
import { s3Limits } from './limits.ts';
import { checkReadConditions, checkWriteConditions } from './preconditions.ts';
import {
  bucketOf,
  checkBodySize,
  checkTags,
  findBucket,
  keyIn,
  OBJECT_MEMBERS,
  objectIn,
  readCopySource,
  readHeaders,
  readMetadata,
  readTagging,
  type Store,
} from './store.ts';

const OWNER = ['ExpectedBucketOwner', 'RequestPayer'];
const ONE_OBJECT = ['Bucket', 'Key', ...OWNER];
const PUT = new Set([...ONE_OBJECT, 'Body', 'ContentLength', 'IfMatch', 'IfNoneMatch', ...OBJECT_MEMBERS, ...CHECKSUM_MEMBERS]);
const GET = new Set([...ONE_OBJECT, 'Range', 'IfMatch', 'IfNoneMatch', 'ChecksumMode']);
const DELETE = new Set([...ONE_OBJECT, 'IfMatch']);
const DELETE_MANY = new Set(['Bucket', 'Delete', ...OWNER, ...CHECKSUM_MEMBERS]);
const TAGGING = new Set([...ONE_OBJECT, 'Tagging', ...CHECKSUM_MEMBERS]);
const COPY = new Set([
  ...ONE_OBJECT,
  'CopySource',
  'CopySourceIfMatch',
  'CopySourceIfNoneMatch',
  'MetadataDirective',
  'TaggingDirective',
  'IfMatch',
  'IfNoneMatch',
  'ChecksumAlgorithm',
  ...OBJECT_MEMBERS,
]);

export const putObject = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('PutObject', input, PUT);
  const bucket = bucketOf(store, input);
  const key = keyIn(input);
  const body = readBody(input);
  checkBodySize(body.length);
  checkWriteConditions(input, key, bucket.get(key));
  const checksums = verifyChecksums(input, body);
  const object: StoredObject = {
    key,
    body,
    etag: `"${md5Hex(body)}"`,
    lastModifiedMs: store.clock.now(),
    headers: readHeaders(input),
    metadata: readMetadata(input),
    checksums,
    tags: readTagging(input),
  };
  bucket.put(object);
  return { ETag: object.etag, ServerSideEncryption: object.headers['ServerSideEncryption'], ...checksums };
};

const describeObject = (object: StoredObject, input: Input): Record<string, unknown> => ({
  ...object.headers,
  AcceptRanges: 'bytes',
  ContentLength: object.body.length,
  ETag: object.etag,
  LastModified: object.lastModifiedMs / 1000,
  Metadata: object.metadata,
  ...(object.tags.length > 0 ? { TagCount: object.tags.length } : {}),
  ...(optionalString(input, 'ChecksumMode') === 'ENABLED' ? object.checksums : {}),
});

const readPart = (object: StoredObject, input: Input): Record<string, unknown> => {
  checkReadConditions(input, object);
  const size = object.body.length;
  const range = readByteRange(optionalString(input, 'Range'), size);
  if (!range) return { ...describeObject(object, input), Body: object.body };
  const body = object.body.subarray(range.first, range.last + 1);
  return {
    // A checksum is of the whole object.
    ...describeObject(object, {}),
    ContentLength: body.length,
    ContentRange: `bytes ${range.first}-${range.last}/${size}`,
    Body: body,
  };
};

export const getObject = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('GetObject', input, GET);
  return readPart(objectIn(bucketOf(store, input), keyIn(input)), input);
};

export const headObject = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('HeadObject', input, GET);
  const object = bucketOf(store, input).get(keyIn(input));
  // A HEAD has no body to carry a code in: a missing key is NotFound.
  if (!object) throw new AwsError('NotFound', 'Not Found', 404);
  return { ...readPart(object, input), Body: undefined };
};

export const deleteObject = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('DeleteObject', input, DELETE);
  const bucket = bucketOf(store, input);
  const key = keyIn(input);
  checkWriteConditions({ IfMatch: input['IfMatch'] }, key, bucket.get(key));
  bucket.delete(key);
  return {};
};

export const deleteObjects = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('DeleteObjects', input, DELETE_MANY);
  const bucket = bucketOf(store, input);
  const { Objects, Quiet } = (input['Delete'] ?? {}) as { readonly Objects?: readonly Input[]; readonly Quiet?: unknown };
  if (!Array.isArray(Objects) || !isWithin(s3Limits.deletions, Objects.length)) {
    throw new AwsError('MalformedXML', `Delete must name 1 to ${s3Limits.deletions.most} objects`);
  }
  const keys = (Objects as readonly Input[]).map((object) => {
    checkMembers('DeleteObjects', object, new Set(['Key']));
    return keyIn(object);
  });
  for (const key of keys) bucket.delete(key);
  return Quiet === true || Quiet === 'true' ? {} : { Deleted: keys.map((Key) => ({ Key })) };
};

export const copyObject = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('CopyObject', input, COPY);
  const bucket = bucketOf(store, input);
  const key = keyIn(input);
  const from = readCopySource(input);
  const source = objectIn(findBucket(store, from.bucket), from.key);
  checkReadConditions({ IfMatch: input['CopySourceIfMatch'], IfNoneMatch: input['CopySourceIfNoneMatch'] }, source);
  checkWriteConditions(input, key, bucket.get(key));
  const replaces = optionalString(input, 'MetadataDirective') === 'REPLACE';
  if (from.bucket === bucket.name && from.key === key && !replaces) {
    throw new AwsError(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing its metadata',
    );
  }
  const copy: StoredObject = {
    ...source,
    key,
    etag: `"${md5Hex(source.body)}"`,
    lastModifiedMs: store.clock.now(),
    headers: replaces ? readHeaders(input) : source.headers,
    metadata: replaces ? readMetadata(input) : source.metadata,
    tags: optionalString(input, 'TaggingDirective') === 'REPLACE' ? readTagging(input) : source.tags,
  };
  bucket.put(copy);
  return { CopyObjectResult: { ETag: copy.etag, LastModified: copy.lastModifiedMs / 1000, ...copy.checksums } };
};

export const putObjectTagging = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('PutObjectTagging', input, TAGGING);
  const bucket = bucketOf(store, input);
  const object = objectIn(bucket, keyIn(input));
  const { TagSet } = (input['Tagging'] ?? {}) as { readonly TagSet?: readonly Tag[] };
  if (!Array.isArray(TagSet)) throw new AwsError('MalformedXML', 'Tagging must have a TagSet');
  bucket.amend({ ...object, tags: checkTags(TagSet as readonly Tag[]) });
  return {};
};

export const getObjectTagging = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('GetObjectTagging', input, new Set(ONE_OBJECT));
  return { TagSet: objectIn(bucketOf(store, input), keyIn(input)).tags };
};

export const deleteObjectTagging = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('DeleteObjectTagging', input, new Set(ONE_OBJECT));
  const bucket = bucketOf(store, input);
  bucket.amend({ ...objectIn(bucket, keyIn(input)), tags: [] });
  return {};
};
