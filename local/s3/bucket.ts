import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import type { Clock } from '../clock.ts';
import { sortableText } from '../dynamodb/key-encoding.ts';
import { type Cut, type Place, SortedList } from '../dynamodb/sorted-list.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { Checksums } from './checksum.ts';
import type { Input } from './input.ts';
import { createLifecycle, expiryOf, readExpirationRules } from './lifecycle.ts';

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

export interface Upload {
  readonly key: string;
  readonly startedAtMs: number;
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly parts: Map<number, { readonly body: Uint8Array; readonly md5: string }>;
}

interface Listed extends Place {
  readonly object: StoredObject;
}

export interface Bucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly uploads: Map<string, Upload>;
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
  if (/^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/.test(name) && !name.includes('..')) return;
  throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
};

/**
 * @param properties resolved CloudFormation properties of AWS::S3::Bucket
 * @throws UnsupportedError for properties that would be ignored, such as NotificationConfiguration
 */
export const createBucket = (name: string, properties: Input, clock: Clock): Bucket => {
  checkName(name);
  const known = knownProperties(bucketProperties);
  for (const property in properties) {
    if (known.has(property) || properties[property] === undefined) continue;
    throw new UnsupportedError(`Bucket ${name}: the local cloud does not support the property ${property}`);
  }
  const rules = readExpirationRules(name, properties['LifecycleConfiguration']);
  const objects = new Map<string, StoredObject>();
  const inOrder = new SortedList<Listed>();

  const lifecycle = createLifecycle(clock, (key) => {
    const object = objects.get(key);
    const expiry = object && expiryOf(rules, key, object.lastModifiedMs);
    // Written again meanwhile: it has a later turn of its own.
    if (expiry !== undefined && expiry <= clock.now()) remove(key);
  });

  const amend = (object: StoredObject): void => {
    objects.set(object.key, object);
    inOrder.insert({ sort: sortableText(object.key), tie: '', object });
  };

  const remove = (key: string): void => {
    if (objects.delete(key)) inOrder.remove(sortableText(key), '');
  };

  return {
    name,
    createdAtMs: clock.now(),
    uploads: new Map(),
    get: (key) => objects.get(key),
    put: (object) => {
      amend(object);
      const expiry = expiryOf(rules, object.key, object.lastModifiedMs);
      if (expiry !== undefined) lifecycle.schedule(object.key, expiry);
    },
    amend,
    delete: remove,
    from: (cut) => inOrder.ascending(cut).map(({ object }) => object),
    isEmpty: () => objects.size === 0,
    close: lifecycle.close,
  };
};
