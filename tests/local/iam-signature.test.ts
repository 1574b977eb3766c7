import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../local/gateway/protocol.ts';
import { readCredentialScope, verifySignature } from '../../local/gateway/signature.ts';

// Both requests and their signatures are the examples of AWS:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const byHeader: HttpRequest = {
  method: 'GET',
  path: '/test.txt',
  query: new URLSearchParams(),
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': '20130524T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  body: Buffer.alloc(0),
};

const presigned: HttpRequest = {
  method: 'GET',
  path: '/test.txt',
  query: new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20130524T000000Z',
    'X-Amz-Expires': '86400',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  }),
  headers: { host: 'examplebucket.s3.amazonaws.com' },
  body: Buffer.alloc(0),
};

const verdictOf = (request: HttpRequest, given: Parameters<typeof verifySignature>[2] = credentials): string => {
  const scope = readCredentialScope(request);
  return scope ? verifySignature(request, scope, given) : 'no scope';
};

describe.for([
  ['in the header', byHeader],
  ['in the query', presigned],
] as const)('a signature %s', ([, request]) => {
  test('is valid as AWS’s example has it', () => {
    expect(verdictOf(request)).toBe('valid');
  });

  test('is wrong under another secret', () => {
    expect(verdictOf(request, { ...credentials, secretAccessKey: 'other' })).toBe('wrong-signature');
  });

  test('is wrong for another method, path, query or host', () => {
    const query = new URLSearchParams([...request.query, ['versionId', '1']]);
    const headers = { ...request.headers, host: 'other.s3.amazonaws.com' };
    for (const changed of [{ method: 'PUT' }, { path: '/test2.txt' }, { query }, { headers }])
      expect(verdictOf({ ...request, ...changed })).toBe('wrong-signature');
  });

  test('needs the token of the session that the key belongs to, and no other', () => {
    expect(verdictOf(request, { ...credentials, sessionToken: 'token' })).toBe('wrong-token');
  });
});

test('a body that is not the signed one is found out', () => {
  expect(verdictOf({ ...byHeader, body: Buffer.from('x') })).toBe('wrong-body-hash');
});

test('chunks that are signed one by one are refused by name', () => {
  const headers = { ...byHeader.headers, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' };
  expect(() => verdictOf({ ...byHeader, headers })).toThrow(/chunks are signed one by one/);
});
