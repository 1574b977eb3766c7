import { AwsError } from '../service.ts';
import type { StoredObject } from './bucket.ts';
import { type Input, optionalString } from './input.ts';

const bare = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');

const matches = (header: string, object: StoredObject): boolean =>
  header.trim() === '*' || header.split(',').some((etag) => bare(etag) === bare(object.etag));

const failed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

export const noSuchKey = (key: string): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });

/**
 * Checks If-Match and If-None-Match of a read.
 * @throws AwsError PreconditionFailed (412) or NotModified (304)
 */
export const checkReadConditions = (input: Input, object: StoredObject): void => {
  const ifMatch = optionalString(input, 'IfMatch');
  if (ifMatch !== undefined && !matches(ifMatch, object)) throw failed('If-Match');
  const ifNoneMatch = optionalString(input, 'IfNoneMatch');
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, object)) throw new AwsError('NotModified', 'Not Modified', 304);
};

/**
 * Checks If-Match and If-None-Match of a write or a delete: the one wants the object as it was read, the other that there is none.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const checkWriteConditions = (input: Input, key: string, present: StoredObject | undefined): void => {
  const ifNoneMatch = optionalString(input, 'IfNoneMatch');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
      Header: 'If-None-Match',
    });
  }
  if (ifNoneMatch !== undefined && present) throw failed('If-None-Match');
  const ifMatch = optionalString(input, 'IfMatch');
  if (ifMatch === undefined) return;
  if (!present) throw noSuchKey(key);
  if (!matches(ifMatch, present)) throw failed('If-Match');
};
