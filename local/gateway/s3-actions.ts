import type { HttpRequest } from './protocol.ts';

/** The sub-resource in the query that chooses another action on a bucket or an object. */
const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  'PUT uploadId': 'UploadPart',
  'POST uploads': 'CreateMultipartUpload',
  'POST uploadId': 'CompleteMultipartUpload',
  'DELETE uploadId': 'AbortMultipartUpload',
  'GET uploadId': 'ListParts',
  'PUT tagging': 'PutObjectTagging',
  'GET tagging': 'GetObjectTagging',
  'DELETE tagging': 'DeleteObjectTagging',
  'PUT acl': 'PutObjectAcl',
  'GET acl': 'GetObjectAcl',
  'GET attributes': 'GetObjectAttributes',
  'PUT retention': 'PutObjectRetention',
  'GET retention': 'GetObjectRetention',
  'PUT legal-hold': 'PutObjectLegalHold',
  'GET legal-hold': 'GetObjectLegalHold',
  'POST restore': 'RestoreObject',
  'POST select': 'SelectObjectContent',
  'PUT renameObject': 'RenameObject',
};

const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  'GET list-type': 'ListObjectsV2',
  'GET uploads': 'ListMultipartUploads',
  'GET versions': 'ListObjectVersions',
  'GET location': 'GetBucketLocation',
  'GET versioning': 'GetBucketVersioning',
  'PUT versioning': 'PutBucketVersioning',
  'GET policy': 'GetBucketPolicy',
  'PUT policy': 'PutBucketPolicy',
  'GET encryption': 'GetBucketEncryption',
  'GET lifecycle': 'GetBucketLifecycleConfiguration',
  'PUT lifecycle': 'PutBucketLifecycleConfiguration',
  'GET notification': 'GetBucketNotificationConfiguration',
  'PUT notification': 'PutBucketNotificationConfiguration',
  'GET tagging': 'GetBucketTagging',
  'PUT tagging': 'PutBucketTagging',
  'GET session': 'CreateSession',
  'POST delete': 'DeleteObjects',
};

const PLAIN_OBJECT: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};
const PLAIN_BUCKET: Readonly<Record<string, string>> = {
  PUT: 'CreateBucket',
  GET: 'ListObjects',
  HEAD: 'HeadBucket',
  DELETE: 'DeleteBucket',
};

/** Parameters of the plain actions; any other that is not known names a sub-resource, which is then refused by name. */
const PARAMETERS = new Set(
  (
    'partNumber versionId prefix delimiter marker max-keys encoding-type continuation-token start-after fetch-owner x-id ' +
    'key-marker upload-id-marker version-id-marker max-uploads max-parts part-number-marker response-content-type ' +
    'response-content-language response-expires response-cache-control response-content-disposition response-content-encoding'
  ).split(' '),
);

/** The action that a path-style request asks for. */
export const s3Action = (request: HttpRequest, bucket: string, key: string): string => {
  if (!bucket) return request.method === 'GET' ? 'ListBuckets' : `${request.method} /`;
  const table = key ? OBJECT_ACTIONS : BUCKET_ACTIONS;
  for (const name of request.query.keys()) {
    const action = table[`${request.method} ${name}`];
    if (action === 'UploadPart' && request.headers['x-amz-copy-source']) return 'UploadPartCopy';
    if (action) return action;
  }
  for (const name of request.query.keys()) {
    if (!PARAMETERS.has(name) && !name.toLowerCase().startsWith('x-amz-')) return `${request.method} ?${name}`;
  }
  if (key && request.method === 'PUT' && request.headers['x-amz-copy-source']) return 'CopyObject';
  return (key ? PLAIN_OBJECT : PLAIN_BUCKET)[request.method] ?? `${request.method} ${key ? 'object' : 'bucket'}`;
};
