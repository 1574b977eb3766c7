import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import type { Clock } from '../clock.ts';
import { sortableText } from '../dynamodb/key-encoding.ts';
import { type Cut, type Place, SortedList } from '../dynamodb/sorted-list.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import { createdAt } from '../state/created-at.ts';
import type { State } from '../state/state.ts';
import { isWithin } from '../limit.ts';
import type { Checksums } from './checksum.ts';
import type { Input } from './input.ts';
import { s3Limits } from './limits.ts';
import { createLifecycle, expiryOf, readExpirationRules } from './lifecycle.ts';
import { createUploads, type Uploads } from './uploads.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What an object carries besides its bytes, under the API's member names, e.g. `ContentType`. */
export type ObjectHeaders = Readonly<Record<string, unknown>>;

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  /** Quoted. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
  readonly tags: readonly Tag[];
}

interface Listed extends Place {
  readonly object: StoredObject;
}

export interface Bucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly uploads: Uploads;
  get(key: string): StoredObject | undefined;
  put(object: StoredObject): void;
  /** Changes what does not count as writing the object, such as its tags. */
  amend(object: StoredObject): void;
  delete(key: string): void;
  /** Objects after the cut in order of their keys' UTF-8 bytes. */
  from(cut: Cut | undefined): Iterable<StoredObject>;
  isEmpty(): boolean;
  close(): void;
}

export const bucketProperties: PropertySupport = {
  actedOn: ['BucketName', 'BucketEncryption', 'LifecycleConfiguration'],
  inert: {
    AccessControl: 'lists of access are not evaluated; policies are',
    AnalyticsConfigurations: 'nothing is analysed',
    CorsConfiguration: 'browsers are not served',
    IntelligentTieringConfigurations: 'there is one storage class',
    InventoryConfigurations: 'no inventories are written',
    LoggingConfiguration: 'no access logs are written',
    MetricsConfigurations: 'there are no metrics',
    OwnershipControls: 'everything belongs to the one account',
    PublicAccessBlockConfiguration: 'nobody calls anonymously here',
    Tags: 'tags are for people and bills',
    VersioningConfiguration: 'there is one version of each key',
  },
};

const checkName = (name: string): void => {
  if (isWithin(s3Limits.bucketName, name.length) && /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(name) && !name.includes('..')) return;
  throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
};

/**
 * @param properties resolved CloudFormation properties of AWS::S3::Bucket
 * @throws UnsupportedError for properties that would be ignored, such as NotificationConfiguration
 */
export const createBucket = (name: string, properties: Input, clock: Clock, state: State): Bucket => {
  checkName(name);
  const known = knownProperties(bucketProperties);
  for (const property in properties) {
    if (known.has(property) || properties[property] === undefined) continue;
    throw new UnsupportedError(`Bucket ${name}: the local cloud does not support the property ${property}`);
  }
  const rules = readExpirationRules(name, properties['LifecycleConfiguration']);
  const objects = new Map<string, StoredObject>();
  const inOrder = new SortedList<Listed>();
  const kept = state.section<Omit<StoredObject, 'body'>>(`s3/objects/${name}`);
  const keptBodies = state.bytes(`s3/bodies/${name}`);

  const lifecycle = createLifecycle(clock, (key) => {
    const object = objects.get(key);
    const expiry = object && expiryOf(rules, key, object.lastModifiedMs);
    // Written again meanwhile: it has a later turn of its own.
    if (expiry !== undefined && expiry <= clock.now()) remove(key);
  });

  const hold = (object: StoredObject): void => {
    objects.set(object.key, object);
    inOrder.insert({ sort: sortableText(object.key), tie: '', object });
  };

  const amend = (object: StoredObject): void => {
    hold(object);
    const { key, etag, lastModifiedMs, headers, metadata, checksums, tags } = object;
    kept.put(key, { key, etag, lastModifiedMs, headers, metadata, checksums, tags });
  };

  const remove = (key: string): void => {
    if (!objects.delete(key)) return;
    inOrder.remove(sortableText(key), '');
    kept.remove(key);
    keptBodies.remove(key);
  };

  const expire = ({ key, lastModifiedMs }: StoredObject): void => {
    const expiry = expiryOf(rules, key, lastModifiedMs);
    if (expiry !== undefined) lifecycle.schedule(key, expiry);
  };

  const bodies = new Map(keptBodies.restored());
  for (const [key, rest] of kept.restored()) {
    const object = { ...rest, body: bodies.get(key) ?? Buffer.alloc(0) };
    hold(object);
    expire(object);
  }

  return {
    name,
    createdAtMs: createdAt(state, `arn:aws:s3:::${name}`, clock),
    uploads: createUploads(name, state),
    get: (key) => objects.get(key),
    put: (object) => {
      amend(object);
      keptBodies.put(object.key, object.body);
      expire(object);
    },
    amend,
    delete: remove,
    from: (cut) => inOrder.ascending(cut).map(({ object }) => object),
    isEmpty: () => objects.size === 0,
    close: lifecycle.close,
  };
};
