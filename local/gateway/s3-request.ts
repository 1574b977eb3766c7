import { AwsError } from '../service.ts';
import { unchunk } from './aws-chunked.ts';
import { verifyChecksums } from './checksums.ts';
import type { Decoded, HttpRequest } from './protocol.ts';
import { header } from './protocol.ts';
import { s3Action } from './s3-actions.ts';
import type { XmlElement } from './xml.ts';
import { parseXml } from './xml.ts';

/** Request headers and query parameters, and the member that each is. */
const HEADER_MEMBERS: Readonly<Record<string, string>> = {
  'content-type': 'ContentType',
  'content-encoding': 'ContentEncoding',
  'content-disposition': 'ContentDisposition',
  'content-language': 'ContentLanguage',
  'cache-control': 'CacheControl',
  expires: 'Expires',
  range: 'Range',
  'if-match': 'IfMatch',
  'if-none-match': 'IfNoneMatch',
  'if-modified-since': 'IfModifiedSince',
  'if-unmodified-since': 'IfUnmodifiedSince',
  'x-amz-acl': 'ACL',
  'x-amz-checksum-mode': 'ChecksumMode',
  'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-checksum-type': 'ChecksumType',
  'x-amz-sdk-checksum-algorithm': 'ChecksumAlgorithm',
  'x-amz-copy-source-if-match': 'CopySourceIfMatch',
  'x-amz-copy-source-if-none-match': 'CopySourceIfNoneMatch',
  'x-amz-copy-source-range': 'CopySourceRange',
  'x-amz-metadata-directive': 'MetadataDirective',
  'x-amz-tagging-directive': 'TaggingDirective',
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-server-side-encryption-bucket-key-enabled': 'BucketKeyEnabled',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-tagging': 'Tagging',
  'x-amz-object-lock-mode': 'ObjectLockMode',
  'x-amz-object-lock-legal-hold': 'ObjectLockLegalHoldStatus',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
  'x-amz-server-side-encryption-customer-algorithm': 'SSECustomerAlgorithm',
  'x-amz-write-offset-bytes': 'WriteOffsetBytes',
};

const QUERY_MEMBERS: Readonly<Record<string, string>> = {
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'continuation-token': 'ContinuationToken',
  'start-after': 'StartAfter',
  'encoding-type': 'EncodingType',
  marker: 'Marker',
  'key-marker': 'KeyMarker',
  'upload-id-marker': 'UploadIdMarker',
  'version-id-marker': 'VersionIdMarker',
  versionId: 'VersionId',
  uploadId: 'UploadId',
  'response-content-type': 'ResponseContentType',
  'response-content-disposition': 'ResponseContentDisposition',
  'response-content-encoding': 'ResponseContentEncoding',
  'response-content-language': 'ResponseContentLanguage',
  'response-cache-control': 'ResponseCacheControl',
  'response-expires': 'ResponseExpires',
};

const NUMBER_MEMBERS: Readonly<Record<string, string>> = {
  'max-keys': 'MaxKeys',
  'max-parts': 'MaxParts',
  'max-uploads': 'MaxUploads',
  'part-number-marker': 'PartNumberMarker',
  partNumber: 'PartNumber',
};

const METADATA = 'x-amz-meta-';

/** Path-style only: `/bucket/key`. */
export const decodeS3 = (request: HttpRequest): Decoded => {
  const [bucket, key] = splitPath(request.path);
  const action = s3Action(request, bucket, key);
  const members: Record<string, unknown> = {};
  if (bucket) members['Bucket'] = bucket;
  if (key) members['Key'] = key;
  for (const [name, value] of request.query) {
    const member = QUERY_MEMBERS[name];
    const numberMember = NUMBER_MEMBERS[name];
    if (member !== undefined) members[member] = value;
    if (numberMember !== undefined) members[numberMember] = wholeNumber(name, value);
  }
  if (request.query.get('fetch-owner') === 'true') members['FetchOwner'] = true;
  const metadata: Record<string, string> = {};
  for (const name of Object.keys(request.headers)) {
    const value = header(request, name) ?? '';
    const member = HEADER_MEMBERS[name];
    if (member !== undefined) members[member] = value;
    else if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = value;
  }
  if (Object.keys(metadata).length > 0) members['Metadata'] = metadata;
  const source = header(request, 'x-amz-copy-source');
  if (source !== undefined) members['CopySource'] = source;
  if (members['BucketKeyEnabled'] !== undefined) members['BucketKeyEnabled'] = members['BucketKeyEnabled'] === 'true';
  if (action === 'HeadBucket' || action === 'GetObject' || action === 'HeadObject' || action.startsWith('List')) {
    return { service: 's3', action, input: members };
  }
  return { service: 's3', action, input: { ...members, ...bodyMembers(request, action, members) } };
};

const splitPath = (path: string): readonly [bucket: string, key: string] => {
  const slash = path.indexOf('/', 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  try {
    return [decodeURIComponent(bucket), decodeURIComponent(key)];
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
};

const wholeNumber = (name: string, value: string): number => {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 2 ** 31 - 1) {
    throw new AwsError('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  }
  return number;
};

const bodyMembers = (
  request: HttpRequest,
  action: string,
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  const isChunked = header(request, 'x-amz-content-sha256')?.startsWith('STREAMING-') ?? false;
  const { body, trailers } = isChunked ? unchunk(request.body) : { body: request.body, trailers: {} };
  const checksums = action === 'CompleteMultipartUpload' ? {} : verifyChecksums(body, { ...request.headers, ...trailers });
  const encoding = contentEncoding(members['ContentEncoding']);
  switch (action) {
    case 'PutObject':
    case 'UploadPart':
      return { Body: body, ContentLength: body.length, ...checksums, ContentEncoding: encoding };
    case 'DeleteObjects':
      return { Delete: readDelete(parseXml(body.toString())) };
    case 'CompleteMultipartUpload':
      return { MultipartUpload: { Parts: readParts(parseXml(body.toString())) } };
    case 'PutObjectTagging':
      return { Tagging: { TagSet: readTags(parseXml(body.toString())) } };
    default:
      return {};
  }
};

/** `aws-chunked` is framing, not part of the object. */
const contentEncoding = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const kept = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked');
  return kept.length > 0 ? kept.join(',') : undefined;
};

const textOf = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;
const all = (element: XmlElement, name: string): readonly XmlElement[] => element.children.filter((child) => child.name === name);

const readDelete = (document: XmlElement): Readonly<Record<string, unknown>> => ({
  Objects: all(document, 'Object').map((object) => {
    const versionId = textOf(object, 'VersionId');
    const etag = textOf(object, 'ETag');
    return {
      Key: textOf(object, 'Key') ?? '',
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(etag !== undefined && { ETag: etag }),
    };
  }),
  Quiet: textOf(document, 'Quiet') === 'true',
});

const readParts = (document: XmlElement): readonly Readonly<Record<string, unknown>>[] =>
  all(document, 'Part').map((part) => ({ PartNumber: Number(textOf(part, 'PartNumber')), ETag: textOf(part, 'ETag') ?? '' }));

const readTags = (document: XmlElement): readonly Readonly<Record<string, unknown>>[] =>
  all(all(document, 'TagSet')[0] ?? document, 'Tag').map((tag) => ({
    Key: textOf(tag, 'Key') ?? '',
    Value: textOf(tag, 'Value') ?? '',
  }));
