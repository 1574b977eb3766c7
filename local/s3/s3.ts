import type { Clock } from '../clock.ts';
import { type ApiCall, AwsError, type Service, UnsupportedError } from '../service.ts';
import { forgetful, type State } from '../state/state.ts';
import { createBucket as createBucketIn } from './bucket.ts';
import { headBucket, listBuckets, listObjectsV2 } from './bucket-actions.ts';
import type { Input } from './input.ts';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from './multipart-actions.ts';
import {
  copyObject,
  deleteObject,
  deleteObjects,
  deleteObjectTagging,
  getObject,
  getObjectTagging,
  headObject,
  putObject,
  putObjectTagging,
} from './object-actions.ts';
import { findBucket, type Store } from './store.ts';

export interface S3 extends Service {
  /**
   * Creates a bucket from resolved CloudFormation properties of AWS::S3::Bucket.
   * @throws UnsupportedError for properties that it would otherwise ignore (notifications, replication, object lock)
   * @throws AwsError InvalidBucketName, BucketAlreadyOwnedByYou
   */
  createBucket(resource: { readonly name: string; readonly properties: Input }): { readonly arn: string };
  /** @throws AwsError BucketNotEmpty */
  deleteBucket(name: string): void;
  /** Names of the buckets. */
  buckets(): readonly string[];
  /** Keys and sizes in order of keys. */
  inspect(bucket: string): readonly { readonly key: string; readonly sizeBytes: number }[];
  /** Cancels the timers of lifecycle rules. */
  close(): void;
}

const ACTIONS: ReadonlyMap<string, (store: Store, input: Input) => Record<string, unknown>> = new Map([
  ['AbortMultipartUpload', abortMultipartUpload],
  ['CompleteMultipartUpload', completeMultipartUpload],
  ['CopyObject', copyObject],
  ['CreateMultipartUpload', createMultipartUpload],
  ['DeleteObject', deleteObject],
  ['DeleteObjects', deleteObjects],
  ['DeleteObjectTagging', deleteObjectTagging],
  ['GetObject', getObject],
  ['GetObjectTagging', getObjectTagging],
  ['HeadBucket', headBucket],
  ['HeadObject', headObject],
  ['ListBuckets', listBuckets],
  ['ListObjectsV2', listObjectsV2],
  ['PutObject', putObject],
  ['PutObjectTagging', putObjectTagging],
  ['UploadPart', uploadPart],
]);

/**
 * S3 in memory. Versioning is recorded and inert: there is one version of each key. Bodies are neither copied in nor out: whoever
 * puts or gets bytes leaves them as they are. Times in answers are seconds since the epoch.
 */
export const createS3 = (options: {
  readonly clock: Clock;
  /** @default nothing outlives the run */
  readonly state?: State;
}): S3 => {
  const { state = forgetful } = options;
  const store: Store = { clock: options.clock, buckets: new Map() };
  return {
    name: 's3',
    actions: new Set(ACTIONS.keys()),
    call: async ({ action, input }: ApiCall) => {
      const run = ACTIONS.get(action);
      if (!run) throw new UnsupportedError(`S3: the local cloud does not support the action ${action}`);
      return run(store, input);
    },
    createBucket: ({ name, properties }) => {
      if (store.buckets.has(name)) {
        throw new AwsError('BucketAlreadyOwnedByYou', `The bucket exists already and you own it: ${name}`, 409);
      }
      store.buckets.set(name, createBucketIn(name, properties, options.clock, state));
      return { arn: `arn:aws:s3:::${name}` };
    },
    deleteBucket: (name) => {
      const bucket = findBucket(store, name);
      if (!bucket.isEmpty()) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { BucketName: name });
      }
      bucket.close();
      store.buckets.delete(name);
    },
    buckets: () => [...store.buckets.keys()],
    inspect: (bucket) => [...findBucket(store, bucket).from(undefined)].map(({ key, body }) => ({ key, sizeBytes: body.length })),
    close: () => {
      for (const bucket of store.buckets.values()) bucket.close();
    },
  };
};
