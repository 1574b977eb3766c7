import type { Limits } from '../limit.ts';

const facts = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html';
const tagging = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html';

export const s3Limits = {
  key: {
    of: 'a key',
    unit: 'bytes',
    most: 1024,
    beyond: { error: 'KeyTooLongError' },
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html',
  },
  upload: {
    of: 'the body of one PutObject or UploadPart',
    unit: 'bytes',
    most: 5_368_709_120,
    beyond: { error: 'EntityTooLarge' },
    source: facts,
  },
  metadata: {
    of: 'names and values of an object’s own metadata',
    unit: 'bytes',
    most: 2048,
    beyond: { error: 'MetadataTooLarge' },
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html',
  },
  tags: { of: 'tags of an object', unit: 'tags', most: 10, beyond: { error: 'BadRequest' }, source: tagging },
  tagKey: { of: 'the key of a tag', unit: 'characters', least: 1, most: 128, beyond: { error: 'InvalidTag' }, source: tagging },
  tagValue: { of: 'the value of a tag', unit: 'characters', most: 256, beyond: { error: 'InvalidTag' }, source: tagging },
  partNumber: {
    of: 'the number of a part',
    unit: 'as a number',
    least: 1,
    most: 10_000,
    beyond: { error: 'InvalidArgument' },
    source: facts,
  },
  part: {
    of: 'a part but for the last',
    unit: 'bytes',
    least: 5_242_880,
    beyond: { error: 'EntityTooSmall' },
    source: facts,
  },
  deletions: {
    of: 'keys of DeleteObjects',
    unit: 'keys',
    least: 1,
    most: 1000,
    beyond: { error: 'MalformedXML' },
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html',
  },
  listed: {
    of: 'keys of one listing',
    unit: 'keys',
    most: 1000,
    beyond: { instead: 'the listing is truncated' },
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html',
  },
  bucketName: {
    of: 'the name of a bucket',
    unit: 'characters',
    least: 3,
    most: 63,
    beyond: { error: 'InvalidBucketName' },
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
  },
} as const satisfies Limits;
