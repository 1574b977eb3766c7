import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import type { Limit } from '../limit.ts';
import { isWithin } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import type { AttributeType } from './attribute-value.ts';
import type { KeyAttribute } from './expression/key-condition.ts';
import type { Input } from './input.ts';
import { dynamoDbLimits } from './limits.ts';
import { invalid, invalidParameter } from './validation.ts';

export interface KeyDefinition {
  readonly hash: KeyAttribute;
  readonly sort: KeyAttribute | undefined;
}

export type Projection =
  | { readonly type: 'ALL' | 'KEYS_ONLY' }
  | { readonly type: 'INCLUDE'; readonly attributes: readonly string[] };

/** Units a second that are provisioned. */
export interface Throughput {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface IndexDefinition {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly key: KeyDefinition;
  readonly projection: Projection;
  /** Of a global index of a table that is not on demand. */
  readonly throughput: Throughput | undefined;
}

export interface TableDefinition {
  readonly name: string;
  readonly key: KeyDefinition;
  readonly indexes: readonly IndexDefinition[];
  /** Undefined where the table is on demand. */
  readonly throughput: Throughput | undefined;
  /** The attribute whose epoch seconds end an item's life; undefined where items live forever. */
  readonly ttlAttribute: string | undefined;
  readonly pointInTimeRecovery: boolean;
  readonly deletionProtection: boolean;
}

/** Properties of AWS::DynamoDB::GlobalTable, AWS::DynamoDB::Table, of a replica and of an index. */
const INERT: PropertySupport['inert'] = {
  ContributorInsightsSpecification: 'there are no metrics',
  DeletionProtectionEnabled: 'shown as it is set; a table goes with the local cloud',
  MaxReadRequestUnits: 'ceilings on throughput are not enforced',
  OnDemandThroughput: 'ceilings on throughput are not enforced',
  PointInTimeRecoverySpecification: 'shown as it is set; there are no backups',
  ReadOnDemandThroughputSettings: 'ceilings on throughput are not enforced',
  SSESpecification: 'nothing is encrypted at rest: everything is in memory; a key of one’s own is refused',
  TableClass: 'storage has no price here',
  Tags: 'tags are for people and bills',
  WarmThroughput: 'a table is always warm',
  WriteOnDemandThroughputSettings: 'ceilings on throughput are not enforced',
};

export const tableProperties: PropertySupport = {
  actedOn: [
    'AttributeDefinitions',
    'BillingMode',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'LocalSecondaryIndexes',
    'ProvisionedThroughput',
    'Replicas',
    'TableName',
    'TimeToLiveSpecification',
  ],
  inert: INERT,
};

const REPLICA_PROPERTIES: PropertySupport = {
  actedOn: ['GlobalSecondaryIndexes', 'Region'],
  inert: INERT,
};

const INDEX_PROPERTIES: PropertySupport = {
  actedOn: ['IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput'],
  inert: INERT,
};

const refuseUnknown = (where: string, properties: Input, support: PropertySupport): void => {
  const known = knownProperties(support);
  for (const property in properties) {
    if (known.has(property) || properties[property] === undefined) continue;
    throw new UnsupportedError(`${where}: the local cloud does not support the property ${property} of a DynamoDB table`);
  }
};

const recordsOf = (value: unknown): readonly Input[] => (Array.isArray(value) ? (value as readonly Input[]) : []);

const isOn = (value: unknown): boolean => value === true || value === 'true';

export const checkTableName = (name: string, limit: Limit = dynamoDbLimits.tableName): void => {
  if (/^[a-zA-Z0-9_.-]+$/.test(name) && isWithin(limit, name.length)) return;
  throw invalid(
    `Invalid table/index name "${name}". Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'`,
  );
};

const readKey = (schema: unknown, types: ReadonlyMap<string, AttributeType>): KeyDefinition => {
  const keys = recordsOf(schema).map((element) => {
    const name = String(element['AttributeName']);
    if (!isWithin(dynamoDbLimits.keyName, name.length))
      throw invalidParameter(`The name of a key attribute is too long: ${name}`);
    const type = types.get(name);
    if (!type) {
      throw invalidParameter(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}], AttributeDefinitions: [${[...types.keys()].join(', ')}]`,
      );
    }
    return { kind: element['KeyType'], attribute: { name, type } };
  });
  const [hash, sort] = keys;
  if (hash?.kind !== 'HASH' || (sort && sort.kind !== 'RANGE') || keys.length > 2) {
    throw invalidParameter('Invalid KeySchema: one HASH key, and at most one RANGE key after it');
  }
  if (sort && sort.attribute.name === hash.attribute.name) {
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  return { hash: hash.attribute, sort: sort?.attribute };
};

const readProjection = (value: unknown): Projection => {
  const { ProjectionType: type, NonKeyAttributes: attributes } = (value ?? {}) as Input;
  if (type === 'ALL' || type === 'KEYS_ONLY') {
    if (attributes === undefined) return { type };
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (type === 'INCLUDE' && Array.isArray(attributes) && attributes.length > 0)
    return { type, attributes: attributes.map(String) };
  throw invalidParameter(`Unknown ProjectionType: ${String(type)}`);
};

/** `PROVISIONED` is the default of CloudFormation for AWS::DynamoDB::Table. */
const readThroughput = (billing: unknown, value: unknown): Throughput | undefined => {
  const { ReadCapacityUnits, WriteCapacityUnits } = (value ?? {}) as Input;
  if (billing === 'PAY_PER_REQUEST') {
    if (value === undefined) return undefined;
    throw invalidParameter(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (billing !== 'PROVISIONED') throw invalidParameter(`Unknown BillingMode: ${String(billing)}`);
  const [readUnits, writeUnits] = [Number(ReadCapacityUnits), Number(WriteCapacityUnits)];
  if (readUnits >= 1 && writeUnits >= 1) return { readUnits, writeUnits };
  throw invalidParameter(
    'ReadCapacityUnits and WriteCapacityUnits must both be specified, each at least 1, when BillingMode is PROVISIONED',
  );
};

const readTypes = (definitions: unknown): ReadonlyMap<string, AttributeType> =>
  new Map(
    recordsOf(definitions).map((definition) => {
      const type = definition['AttributeType'];
      if (type === 'S' || type === 'N' || type === 'B') return [String(definition['AttributeName']), type];
      throw invalidParameter(`Invalid AttributeType ${String(type)}; key attributes are S, N or B`);
    }),
  );

/**
 * Reads the resolved CloudFormation properties of AWS::DynamoDB::GlobalTable or AWS::DynamoDB::Table.
 * @throws UnsupportedError for what would not be acted on: streams, several replicas, scaling of throughput, unknown properties
 */
export const readTableDefinition = (name: string, properties: Input): TableDefinition => {
  checkTableName(name);
  const where = `Table ${name}`;
  refuseUnknown(where, properties, tableProperties);
  const replicas = recordsOf(properties['Replicas']);
  if (replicas.length > 1)
    throw new UnsupportedError(`${where}: the local cloud has one region; remove all but one of its replicas`);
  for (const replica of replicas) {
    refuseUnknown(where, replica, REPLICA_PROPERTIES);
    for (const index of recordsOf(replica['GlobalSecondaryIndexes'])) refuseUnknown(where, index, INDEX_PROPERTIES);
  }
  const billing = properties['BillingMode'] ?? 'PROVISIONED';
  const types = readTypes(properties['AttributeDefinitions']);
  const key = readKey(properties['KeySchema'], types);
  const readIndexes = (kind: IndexDefinition['kind'], list: unknown): readonly IndexDefinition[] =>
    recordsOf(list).map((index) => {
      refuseUnknown(where, index, INDEX_PROPERTIES);
      const indexName = String(index['IndexName']);
      checkTableName(indexName, dynamoDbLimits.indexName);
      return {
        name: indexName,
        kind,
        key: readKey(index['KeySchema'], types),
        projection: readProjection(index['Projection']),
        throughput: kind === 'global' ? readThroughput(billing, index['ProvisionedThroughput']) : undefined,
      };
    });
  const globals = readIndexes('global', properties['GlobalSecondaryIndexes']);
  const locals = readIndexes('local', properties['LocalSecondaryIndexes']);
  checkIndexes(key, globals, locals);
  checkTypesUsed(types, [key, ...globals.map((index) => index.key), ...locals.map((index) => index.key)]);

  const settings = [properties, ...replicas];
  const ttl = properties['TimeToLiveSpecification'] as Input | undefined;
  return {
    name,
    key,
    indexes: [...globals, ...locals],
    throughput: readThroughput(billing, properties['ProvisionedThroughput']),
    // `Enabled` may be left out in a GlobalTable's specification only together with the attribute.
    ttlAttribute: ttl && isOn(ttl['Enabled']) ? String(ttl['AttributeName']) : undefined,
    pointInTimeRecovery: settings.some((setting) =>
      isOn((setting['PointInTimeRecoverySpecification'] as Input | undefined)?.['PointInTimeRecoveryEnabled']),
    ),
    deletionProtection: settings.some((setting) => isOn(setting['DeletionProtectionEnabled'])),
  };
};

const checkIndexes = (key: KeyDefinition, globals: readonly IndexDefinition[], locals: readonly IndexDefinition[]): void => {
  const names = [...globals, ...locals].map((index) => index.name);
  const duplicate = names.find((name, at) => names.indexOf(name) !== at);
  if (duplicate) throw invalidParameter(`Duplicate index name: ${duplicate}`);
  const { globalIndexes, localIndexes, projected } = dynamoDbLimits;
  const tooMany = (what: string, { most }: Limit): Error =>
    invalidParameter(`Number of ${what} exceeds per-table limit of ${most}`);
  if (globals.length > globalIndexes.most) throw tooMany('GlobalSecondaryIndexes', globalIndexes);
  if (locals.length > localIndexes.most) throw tooMany('LocalSecondaryIndexes', localIndexes);
  const included = [...globals, ...locals].flatMap(({ projection }) =>
    projection.type === 'INCLUDE' ? projection.attributes : [],
  );
  if (included.length > projected.most) throw tooMany('NonKeyAttributes of all indexes', projected);
  for (const index of locals) {
    if (index.key.hash.name !== key.hash.name) {
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.name}`,
      );
    }
    if (!index.key.sort || !key.sort)
      throw invalidParameter(`Index KeySchema does not have a range key for index: ${index.name}`);
  }
};

const checkTypesUsed = (types: ReadonlyMap<string, AttributeType>, keys: readonly KeyDefinition[]): void => {
  const used = new Set(keys.flatMap(({ hash, sort }) => [hash.name, ...(sort ? [sort.name] : [])]));
  const unused = [...types.keys()].filter((name) => !used.has(name));
  if (unused.length === 0) return;
  throw invalidParameter(
    `Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions: ${unused.join(', ')} is in no key`,
  );
};
