import { type Engine, tableOf } from '../engine.ts';
import { checkMembers, type Input, optionalInteger, optionalString } from '../input.ts';
import type { Table } from '../table.ts';
import type { IndexDefinition, KeyDefinition, Throughput } from '../table-definition.ts';

const ONE_TABLE = new Set(['TableName']);
const MAX_TABLES = 100;
const PITR_DAYS = 35;

const keySchema = ({ hash, sort }: KeyDefinition): readonly unknown[] => [
  { AttributeName: hash.name, KeyType: 'HASH' },
  ...(sort ? [{ AttributeName: sort.name, KeyType: 'RANGE' }] : []),
];

const attributeDefinitions = (keys: readonly KeyDefinition[]): readonly unknown[] => {
  const types = new Map<string, string>();
  for (const { hash, sort } of keys) {
    types.set(hash.name, hash.type);
    if (sort) types.set(sort.name, sort.type);
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
};

// AWS shows zeros for tables on demand.
const provisioned = (throughput: Throughput | undefined): Record<string, unknown> => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: throughput?.readUnits ?? 0,
  WriteCapacityUnits: throughput?.writeUnits ?? 0,
});

const describeIndex = (table: Table, { name, kind, key, projection, throughput }: IndexDefinition): Record<string, unknown> => ({
  IndexName: name,
  IndexArn: `${table.arn}/index/${name}`,
  KeySchema: keySchema(key),
  Projection: {
    ProjectionType: projection.type,
    ...(projection.type === 'INCLUDE' ? { NonKeyAttributes: projection.attributes } : {}),
  },
  ...(kind === 'global' ? { IndexStatus: 'ACTIVE', ProvisionedThroughput: provisioned(throughput) } : {}),
});

export const describeTable = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('DescribeTable', input, ONE_TABLE);
  const table = tableOf(engine, input);
  const { definition, arn, createdAtMs, size } = table;
  const indexes = (kind: IndexDefinition['kind']): readonly unknown[] =>
    definition.indexes.filter((index) => index.kind === kind).map((index) => describeIndex(table, index));
  const [globals, locals] = [indexes('global'), indexes('local')];
  return {
    Table: {
      TableName: definition.name,
      TableArn: arn,
      TableStatus: 'ACTIVE',
      CreationDateTime: createdAtMs / 1000,
      AttributeDefinitions: attributeDefinitions([definition.key, ...definition.indexes.map(({ key }) => key)]),
      KeySchema: keySchema(definition.key),
      ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
      ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
      ...(definition.throughput
        ? {}
        : { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: createdAtMs / 1000 } }),
      ProvisionedThroughput: provisioned(definition.throughput),
      DeletionProtectionEnabled: definition.deletionProtection,
      ItemCount: size.items,
      TableSizeBytes: size.bytes,
    },
  };
};

export const listTables = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('ListTables', input, new Set(['ExclusiveStartTableName', 'Limit']));
  const limit = Math.min(optionalInteger(input, 'Limit', 1) ?? MAX_TABLES, MAX_TABLES);
  const after = optionalString(input, 'ExclusiveStartTableName') ?? '';
  const names = [...engine.tables.keys()].filter((name) => name > after).sort();
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1) } : {}) };
};

export const describeTimeToLive = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('DescribeTimeToLive', input, ONE_TABLE);
  const { ttlAttribute } = tableOf(engine, input).definition;
  return {
    TimeToLiveDescription:
      ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
  };
};

/** Point-in-time recovery is recorded and nothing more: there is no restoring. */
export const describeContinuousBackups = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('DescribeContinuousBackups', input, ONE_TABLE);
  const { definition, createdAtMs } = tableOf(engine, input);
  const now = engine.clock.now();
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: definition.pointInTimeRecovery
        ? {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: PITR_DAYS,
            EarliestRestorableDateTime: Math.max(createdAtMs, now - PITR_DAYS * 86_400_000) / 1000,
            LatestRestorableDateTime: now / 1000,
          }
        : { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
};
