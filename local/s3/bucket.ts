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

const ACTED_ON: ReadonlySet<string> = new Set(['BucketName', 'LifecycleConfiguration']);

// Access is for the gateway to check; encryption, versions (there is one), logs and metrics change no answer here.
const INERT: ReadonlySet<string> = new Set([
  'AccessControl',
  'AnalyticsConfigurations',
  'BucketEncryption',
  'CorsConfiguration',
  'IntelligentTieringConfigurations',
  'InventoryConfigurations',
  'LoggingConfiguration',
  'MetricsConfigurations',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
  'Tags',
  'VersioningConfiguration',
]);

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
  for (const property in properties) {
    if (ACTED_ON.has(property) || INERT.has(property) || properties[property] === undefined) continue;
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
