import { AwsError } from '../service.ts';
import { afterPrefix, sortableText } from '../dynamodb/key-encoding.ts';
import { beforeAll, type Cut } from '../dynamodb/sorted-list.ts';
import type { Bucket, StoredObject } from './bucket.ts';
import { checkMembers, type Input, invalidArgument, optionalNumber, optionalString, requiredString } from './input.ts';
import { s3Limits } from './limits.ts';
import { bucketOf, type Store } from './store.ts';

const LIST = new Set([
  'Bucket',
  'Prefix',
  'Delimiter',
  'StartAfter',
  'ContinuationToken',
  'MaxKeys',
  'EncodingType',
  'FetchOwner',
  'ExpectedBucketOwner',
  'RequestPayer',
]);

const MAX_KEYS = s3Limits.listed.most;

/** Where a listing goes on: after a key, or after everything under a common prefix. */
interface Resumption {
  readonly after: 'key' | 'prefix';
  readonly text: string;
}

const writeToken = (resumption: Resumption): string => Buffer.from(JSON.stringify(resumption)).toString('base64url');

const readToken = (token: string): Resumption => {
  try {
    const { after, text } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Resumption;
    if ((after === 'key' || after === 'prefix') && typeof text === 'string') return { after, text };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw invalidArgument('The continuation token provided is incorrect');
};

/** The cut after a resumption's key or prefix; `end` if nothing can follow. */
const cutAfter = ({ after, text }: Resumption): Cut | 'end' => {
  const sort = sortableText(text);
  if (after === 'key') return { sort, tie: '', side: 'after' };
  const next = afterPrefix(sort);
  return next === undefined ? 'end' : beforeAll(next);
};

interface Listing {
  readonly contents: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  readonly next: Resumption | undefined;
}

const later = (one: Cut, two: Cut): Cut => (one.sort > two.sort || (one.sort === two.sort && one.side === 'after') ? one : two);

const list = (bucket: Bucket, prefix: string, delimiter: string, start: Resumption | undefined, maxKeys: number): Listing => {
  const contents: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  const startCut = start && cutAfter(start);
  let last: Resumption | undefined;
  let cut: Cut | 'end' = startCut === 'end' ? 'end' : later(beforeAll(sortableText(prefix)), startCut ?? beforeAll(''));
  while (cut !== 'end') {
    let skipTo: Cut | 'end' = 'end';
    for (const object of bucket.from(cut)) {
      if (!object.key.startsWith(prefix)) break;
      if (contents.length + commonPrefixes.length === maxKeys) return { contents, commonPrefixes, next: last };
      const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (at < 0) {
        contents.push(object);
        last = { after: 'key', text: object.key };
        continue;
      }
      // All keys under one common prefix count once: go on behind them.
      last = { after: 'prefix', text: object.key.slice(0, at + delimiter.length) };
      commonPrefixes.push(last.text);
      skipTo = cutAfter(last);
      break;
    }
    cut = skipTo;
  }
  return { contents, commonPrefixes, next: undefined };
};

export const listObjectsV2 = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('ListObjectsV2', input, LIST);
  const bucket = bucketOf(store, input);
  const prefix = optionalString(input, 'Prefix') ?? '';
  const delimiter = optionalString(input, 'Delimiter') ?? '';
  const startAfter = optionalString(input, 'StartAfter');
  const token = optionalString(input, 'ContinuationToken');
  const maxKeys = optionalNumber(input, 'MaxKeys') ?? MAX_KEYS;
  if (maxKeys < 0) throw invalidArgument('Argument max-keys must be an integer between 0 and 2147483647');
  const encoding = optionalString(input, 'EncodingType');
  // Keys are percent-encoded, where that is asked for, when the answer is written as XML.
  if (encoding !== undefined && encoding !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request');

  const start: Resumption | undefined =
    token !== undefined ? readToken(token) : startAfter === undefined ? undefined : { after: 'key', text: startAfter };
  const listing =
    maxKeys === 0
      ? { contents: [], commonPrefixes: [], next: undefined }
      : list(bucket, prefix, delimiter, start, Math.min(maxKeys, MAX_KEYS));
  return {
    Name: bucket.name,
    Prefix: prefix,
    ...(delimiter === '' ? {} : { Delimiter: delimiter }),
    ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(encoding === undefined ? {} : { EncodingType: encoding }),
    MaxKeys: Math.min(maxKeys, MAX_KEYS),
    KeyCount: listing.contents.length + listing.commonPrefixes.length,
    IsTruncated: listing.next !== undefined,
    ...(listing.next ? { NextContinuationToken: writeToken(listing.next) } : {}),
    ...(listing.contents.length > 0
      ? {
          Contents: listing.contents.map((object) => ({
            Key: object.key,
            LastModified: object.lastModifiedMs / 1000,
            ETag: object.etag,
            Size: object.body.length,
            StorageClass: object.headers['StorageClass'] ?? 'STANDARD',
          })),
        }
      : {}),
    ...(listing.commonPrefixes.length > 0 ? { CommonPrefixes: listing.commonPrefixes.map((text) => ({ Prefix: text })) } : {}),
  };
};

export const headBucket = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('HeadBucket', input, new Set(['Bucket', 'ExpectedBucketOwner']));
  if (store.buckets.has(requiredString(input, 'Bucket'))) return {};
  throw new AwsError('NotFound', 'Not Found', 404);
};

export const listBuckets = (store: Store, input: Input): Record<string, unknown> => {
  checkMembers('ListBuckets', input, new Set());
  const buckets = [...store.buckets.values()].map(({ name, createdAtMs }) => ({ Name: name, CreationDate: createdAtMs / 1000 }));
  return { Buckets: buckets.toSorted((one, two) => (one.Name < two.Name ? -1 : 1)) };
};
