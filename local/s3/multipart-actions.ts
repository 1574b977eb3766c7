import { createHash, randomUUID } from 'node:crypto';
import { isWithin } from '../limit.ts';
import { AwsError } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { CHECKSUM_MEMBERS, md5Hex, verifyChecksums } from './checksum.ts';
import { checkMembers, type Input, invalidArgument, optionalNumber, readBody, requiredString } from './input.ts';
import { s3Limits } from './limits.ts';
import { checkWriteConditions } from './preconditions.ts';
import type { Upload } from './uploads.ts';
import { bucketOf, checkBodySize, keyIn, OBJECT_MEMBERS, readHeaders, readMetadata, readTagging, type Store } from './store.ts';

const ONE_OBJECT = ['Bucket', 'Key', 'ExpectedBucketOwner', 'RequestPayer'];
const CREATE = new Set([...ONE_OBJECT, ...OBJECT_MEMBERS, 'ChecksumAlgorithm', 'ChecksumType']);
const PART = new Set([...ONE_OBJECT, 'UploadId', 'PartNumber', 'Body', 'ContentLength', ...CHECKSUM_MEMBERS]);
const COMPLETE = new Set([...ONE_OBJECT, 'UploadId', 'MultipartUpload', 'ChecksumType', 'IfMatch', 'IfNoneMatch']);
const ABORT = new Set([...ONE_OBJECT, 'UploadId']);
const COMPLETED_PART = new Set(['PartNumber', 'ETag', ...CHECKSUM_MEMBERS]);

export const createMultipartUpload = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('CreateMultipartUpload', input, CREATE);
  const bucket = bucketOf(store, input);
  const key = keyIn(input);
  const uploadId = randomUUID();
  const headers = readHeaders(input);
  bucket.uploads.start({
    id: uploadId,
    key,
    startedAtMs: store.clock.now(),
    headers,
    metadata: readMetadata(input),
    tags: readTagging(input),
  });
  return { Bucket: bucket.name, Key: key, UploadId: uploadId, ServerSideEncryption: headers['ServerSideEncryption'] };
};

const uploadIn = (bucket: Bucket, input: Input): Upload => {
  const id = requiredString(input, 'UploadId');
  const upload = bucket.uploads.get(id);
  if (upload && upload.key === keyIn(input)) return upload;
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId: id },
  );
};

export const uploadPart = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('UploadPart', input, PART);
  const bucket = bucketOf(store, input);
  const upload = uploadIn(bucket, input);
  const number = optionalNumber(input, 'PartNumber');
  if (number === undefined || !isWithin(s3Limits.partNumber, number)) {
    throw invalidArgument(`Part number must be an integer between 1 and ${s3Limits.partNumber.most}, inclusive`);
  }
  const body = readBody(input);
  checkBodySize(body.length);
  const checksums = verifyChecksums(input, body);
  const md5 = md5Hex(body);
  bucket.uploads.putPart(upload.id, number, { body, md5 });
  return { ETag: `"${md5}"`, ServerSideEncryption: upload.headers['ServerSideEncryption'], ...checksums };
};

export const completeMultipartUpload = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('CompleteMultipartUpload', input, COMPLETE);
  const bucket = bucketOf(store, input);
  const upload = uploadIn(bucket, input);
  const { Parts } = (input['MultipartUpload'] ?? {}) as { readonly Parts?: readonly Input[] };
  if (!Array.isArray(Parts) || Parts.length === 0) throw new AwsError('MalformedXML', 'MultipartUpload must list its parts');
  const parts = chooseParts(upload, Parts as readonly Input[]);
  checkWriteConditions(input, upload.key, bucket.get(upload.key));
  const digest = createHash('md5');
  for (const { md5 } of parts) digest.update(md5, 'hex');
  const etag = `"${digest.digest('hex')}-${parts.length}"`;
  bucket.put({
    key: upload.key,
    body: parts.length === 1 && parts[0] ? parts[0].body : Buffer.concat(parts.map(({ body }) => body)),
    etag,
    lastModifiedMs: store.clock.now(),
    headers: upload.headers,
    metadata: upload.metadata,
    checksums: {},
    tags: upload.tags,
  });
  bucket.uploads.end(upload.id);
  return { Bucket: bucket.name, Key: upload.key, ETag: etag, Location: `/${bucket.name}/${upload.key}` };
};

const chooseParts = (upload: Upload, listed: readonly Input[]) => {
  const numbers = listed.map((entry) => {
    checkMembers('CompleteMultipartUpload', entry, COMPLETED_PART);
    return optionalNumber(entry, 'PartNumber') ?? 0;
  });
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.');
  }
  return listed.map((entry, index) => {
    const number = numbers[index] as number;
    const part = upload.parts.get(number);
    if (!part || requiredString(entry, 'ETag').replaceAll('"', '') !== part.md5) {
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { PartNumber: String(number) },
      );
    }
    if (part.body.length < s3Limits.part.least && index < listed.length - 1) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
        PartNumber: String(number),
        MinSizeAllowed: String(s3Limits.part.least),
      });
    }
    return part;
  });
};

export const abortMultipartUpload = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('AbortMultipartUpload', input, ABORT);
  const bucket = bucketOf(store, input);
  bucket.uploads.end(uploadIn(bucket, input).id);
  return {};
};
