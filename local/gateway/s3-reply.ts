import type { HttpReply } from './protocol.ts';
import { wrapXml, xml, XML_DECLARATION } from './xml.ts';

type Members = Readonly<Record<string, unknown>>;

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Members that travel as headers, whatever the action. */
const HEADERS: Readonly<Record<string, string>> = {
  AcceptRanges: 'accept-ranges',
  BucketRegion: 'x-amz-bucket-region',
  BucketKeyEnabled: 'x-amz-server-side-encryption-bucket-key-enabled',
  CacheControl: 'cache-control',
  ChecksumCRC32: 'x-amz-checksum-crc32',
  ChecksumSHA1: 'x-amz-checksum-sha1',
  ChecksumSHA256: 'x-amz-checksum-sha256',
  ChecksumType: 'x-amz-checksum-type',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  CopySourceVersionId: 'x-amz-copy-source-version-id',
  ETag: 'etag',
  Expiration: 'x-amz-expiration',
  PartsCount: 'x-amz-mp-parts-count',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  StorageClass: 'x-amz-storage-class',
  TagCount: 'x-amz-tagging-count',
  VersionId: 'x-amz-version-id',
};

/** Actions whose whole result is in headers and body. */
const IN_HEADERS: ReadonlySet<string> = new Set([
  'GetObject',
  'HeadObject',
  'PutObject',
  'UploadPart',
  'DeleteObject',
  'HeadBucket',
]);

export const encodeS3 = (action: string, result: Members, requestId: string): HttpReply => {
  const headers: Record<string, string | number> = { 'x-amz-request-id': requestId };
  if (IN_HEADERS.has(action)) return inHeaders(action, result, headers);
  const version = result['VersionId'] ?? undefined;
  if (version !== undefined) headers['x-amz-version-id'] = text(version);
  const document = DOCUMENTS[action];
  if (!document)
    return { status: action.startsWith('Delete') || action === 'AbortMultipartUpload' ? 204 : 200, headers, body: '' };
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body: XML_DECLARATION + document(result) };
};

const inHeaders = (action: string, result: Members, headers: Record<string, string | number>): HttpReply => {
  // A checksum of the whole object would be compared with the part that was asked for.
  const isPart = result['ContentRange'] !== undefined;
  for (const [member, name] of Object.entries(HEADERS)) {
    const value = result[member];
    if (value !== undefined && !(isPart && member.startsWith('Checksum'))) headers[name] = text(value);
  }
  if (result['LastModified'] !== undefined) headers['last-modified'] = toDate(result['LastModified']).toUTCString();
  if (result['Expires'] !== undefined) headers['expires'] = text(result['Expires']);
  if (result['DeleteMarker'] === true) headers['x-amz-delete-marker'] = 'true';
  for (const [name, value] of Object.entries((result['Metadata'] ?? {}) as Readonly<Record<string, string>>)) {
    headers[`x-amz-meta-${name}`] = value;
  }
  if (action === 'DeleteObject') return { status: 204, headers, body: '' };
  const body = result['Body'] instanceof Uint8Array ? result['Body'] : '';
  if (action === 'HeadObject') headers['content-length'] = text(result['ContentLength'] ?? 0);
  return { status: isPart ? 206 : 200, headers, body };
};

/** A time as the engines give it: a Date, seconds since the epoch, or an ISO string. */
const toDate = (value: unknown): Date => (typeof value === 'number' ? new Date(value * 1000) : new Date(value as string | Date));
const text = (value: unknown): string => `${value as string | number | boolean}`;
const element = (of: Members, name: string): string => xml(name, of[name] === undefined ? undefined : text(of[name]));
const elements = (of: Members, ...names: readonly string[]): string => names.map((name) => element(of, name)).join('');
const time = (of: Members, name: string): string => (of[name] === undefined ? '' : xml(name, toDate(of[name]).toISOString()));
const list = (of: Members, name: string): readonly Members[] => (of[name] ?? []) as readonly Members[];

/** Keys in listings are percent-encoded where the client asked for it, as the AWS command line does. */
const keyEncoder = (result: Members): ((value: string) => string) =>
  result['EncodingType'] === 'url' ? (value) => encodeURIComponent(value).replaceAll('%2F', '/') : (value) => value;

const listing = (root: string, result: Members, tokens: readonly string[]): string => {
  const encode = keyEncoder(result);
  const encoded = (of: Members, name: string): string => xml(name, of[name] === undefined ? undefined : encode(text(of[name])));
  const inner =
    elements(result, 'Name', 'KeyCount', 'MaxKeys', 'EncodingType', 'IsTruncated', ...tokens) +
    ['Prefix', 'Delimiter', 'StartAfter', 'Marker', 'NextMarker'].map((name) => encoded(result, name)).join('') +
    list(result, 'Contents')
      .map((object) =>
        wrapXml(
          'Contents',
          encoded(object, 'Key') + time(object, 'LastModified') + elements(object, 'ETag', 'Size', 'StorageClass'),
        ),
      )
      .join('') +
    list(result, 'CommonPrefixes')
      .map((prefix) => wrapXml('CommonPrefixes', encoded(prefix, 'Prefix')))
      .join('');
  return document(root, inner);
};

const document = (root: string, inner: string): string => `<${root} ${NAMESPACE}>${inner}</${root}>`;

const DOCUMENTS: Readonly<Record<string, (result: Members) => string>> = {
  ListObjectsV2: (result) => listing('ListBucketResult', result, ['ContinuationToken', 'NextContinuationToken']),
  ListObjects: (result) => listing('ListBucketResult', result, []),
  ListBuckets: (result) =>
    document(
      'ListAllMyBucketsResult',
      wrapXml(
        'Buckets',
        list(result, 'Buckets')
          .map((bucket) => wrapXml('Bucket', element(bucket, 'Name') + time(bucket, 'CreationDate')))
          .join(''),
      ),
    ),
  DeleteObjects: (result) =>
    document(
      'DeleteResult',
      list(result, 'Deleted')
        .map((item) => wrapXml('Deleted', elements(item, 'Key', 'VersionId', 'DeleteMarker', 'DeleteMarkerVersionId')))
        .join('') +
        list(result, 'Errors')
          .map((item) => wrapXml('Error', elements(item, 'Key', 'VersionId', 'Code', 'Message')))
          .join(''),
    ),
  CopyObject: (result) => {
    const copied = (result['CopyObjectResult'] ?? {}) as Members;
    return document('CopyObjectResult', element(copied, 'ETag') + time(copied, 'LastModified'));
  },
  UploadPartCopy: (result) => {
    const copied = (result['CopyPartResult'] ?? {}) as Members;
    return document('CopyPartResult', element(copied, 'ETag') + time(copied, 'LastModified'));
  },
  CreateMultipartUpload: (result) => document('InitiateMultipartUploadResult', elements(result, 'Bucket', 'Key', 'UploadId')),
  CompleteMultipartUpload: (result) =>
    document('CompleteMultipartUploadResult', elements(result, 'Location', 'Bucket', 'Key', 'ETag')),
  ListParts: (result) =>
    document(
      'ListPartsResult',
      elements(result, 'Bucket', 'Key', 'UploadId', 'PartNumberMarker', 'NextPartNumberMarker', 'MaxParts', 'IsTruncated') +
        list(result, 'Parts')
          .map((part) => wrapXml('Part', elements(part, 'PartNumber', 'ETag', 'Size') + time(part, 'LastModified')))
          .join(''),
    ),
  GetObjectTagging: (result) =>
    document(
      'Tagging',
      wrapXml(
        'TagSet',
        list(result, 'TagSet')
          .map((tag) => wrapXml('Tag', elements(tag, 'Key', 'Value')))
          .join(''),
      ),
    ),
  GetBucketLocation: (result) => document('LocationConstraint', text(result['LocationConstraint'] ?? '')),
};
