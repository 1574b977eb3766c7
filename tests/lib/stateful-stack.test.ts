import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { TABLES } from '../support/table-definitions.ts';
import { at, listAt, resourcesOf, target, templatesOf, withSignalbox } from './synthesized.ts';

const { stateful } = templatesOf('dev');
const { stateful: statefulInProd } = templatesOf('prod');
const STATEFUL_TYPES = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key'];
const dataBucket = resourcesOf(stateful, 'AWS::S3::Bucket').find(
  ({ properties }) => at(properties, 'VersioningConfiguration', 'Status') === 'Enabled',
);

describe('tables', () => {
  const tables = resourcesOf(stateful, 'AWS::DynamoDB::GlobalTable');

  test('there are four, with the keys pk and sk, paid on demand', () => {
    expect(tables).toHaveLength(4);
    for (const { properties } of tables) {
      expect(at(properties, 'BillingMode')).toBe('PAY_PER_REQUEST');
      expect(at(properties, 'KeySchema')).toEqual([
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ]);
    }
  });

  test('every one can be restored to a point in time', () => {
    for (const { properties } of tables) {
      expect(listAt(properties, 'Replicas').map((replica) => at(replica, 'PointInTimeRecoverySpecification'))).toEqual([
        { PointInTimeRecoveryEnabled: true },
      ]);
    }
  });

  test('rows expire, except versions and the pointer', () => {
    const expiring = tables.filter(({ properties }) => at(properties, 'TimeToLiveSpecification', 'Enabled') === true);
    for (const { properties } of expiring) expect(at(properties, 'TimeToLiveSpecification', 'AttributeName')).toBe('expiresAt');
    expect(expiring.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual([
      'TablesQuarantine',
      'TablesTickets',
      'TablesTopics',
    ]);
  });

  test('are those that the adapters are tested with', () => {
    const shapes = tables.map(({ id, properties }) => [
      id.replace(/^Tables|[0-9A-F]{8}$/g, '').toLowerCase(),
      Object.fromEntries(
        ['BillingMode', 'AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes']
          .map((name) => [name, at(properties, name)] as const)
          .filter(([, value]) => value !== undefined),
      ),
    ]);
    expect(Object.fromEntries(shapes)).toEqual(TABLES);
  });

  test('facts are found by the hour in which they were stored, topics by topic and hour, unfamiliar tickets by hour', () => {
    const indexes = tables.flatMap(({ properties }) => listAt(properties, 'GlobalSecondaryIndexes'));
    expect(indexes).toEqual([
      {
        IndexName: 'by-fact-hour',
        KeySchema: [
          { AttributeName: 'factHour', KeyType: 'HASH' },
          { AttributeName: 'factId', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'by-topic-hour',
        KeySchema: [
          { AttributeName: 'topicHour', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['ticketId', 'time'] },
      },
      {
        IndexName: 'by-unfamiliar-hour',
        KeySchema: [
          { AttributeName: 'unfamiliarHour', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['ticketId', 'time', 'direction', 'pastSimilarity'] },
      },
    ]);
  });
});

describe('the data bucket', () => {
  test('is versioned and encrypted with a rotated key of its own, one call of the key for many objects', () => {
    expect(at(dataBucket, 'properties', 'BucketEncryption', 'ServerSideEncryptionConfiguration')).toMatchObject([
      { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
    ]);
    stateful.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  test('is closed to the public and to what does not come over TLS, and so is the bucket of its access logs', () => {
    const buckets = resourcesOf(stateful, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    const blocked = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    for (const { properties } of buckets) expect(at(properties, 'PublicAccessBlockConfiguration')).toEqual(blocked);
    const refusing = resourcesOf(stateful, 'AWS::S3::BucketPolicy').filter(({ properties }) =>
      listAt(properties, 'PolicyDocument', 'Statement').some(
        (statement) =>
          at(statement, 'Effect') === 'Deny' && at(statement, 'Condition', 'Bool', 'aws:SecureTransport') === 'false',
      ),
    );
    expect(refusing.map(({ properties }) => target(at(properties, 'Bucket'))).toSorted()).toEqual(
      buckets.map(({ id }) => id).toSorted(),
    );
  });

  test('logs who reads it', () => {
    const logs = target(at(dataBucket, 'properties', 'LoggingConfiguration', 'DestinationBucketName'));
    expect(resourcesOf(stateful, 'AWS::S3::Bucket').map(({ id }) => id)).toContain(logs);
    expect(logs).not.toBe(dataBucket?.id);
  });

  test('forgets snapshots, checkpoints, texts, quarantined bodies and leftovers, and never models or current events', () => {
    const rules = listAt(dataBucket, 'properties', 'LifecycleConfiguration', 'Rules');
    const expiry = (prefix: string): unknown =>
      at(
        rules.find((rule) => at(rule, 'Prefix') === prefix),
        'ExpirationInDays',
      );
    expect(expiry('snapshots/')).toBe(90);
    expect(expiry('checkpoints/')).toBe(90);
    expect(expiry('texts/')).toBe(365);
    expect(expiry('quarantine/')).toBe(365);
    expect(expiry('events/')).toBeUndefined();
    expect(expiry('models/')).toBeUndefined();
    expect(rules).toContainEqual(
      expect.objectContaining({
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      }),
    );
  });
});

describe('stages', () => {
  test('in prod everything that holds data is kept when its stack goes, and refuses to go', () => {
    for (const type of STATEFUL_TYPES) {
      statefulInProd.allResources(type, Match.objectLike({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }));
    }
    for (const { properties } of resourcesOf(statefulInProd, 'AWS::DynamoDB::GlobalTable')) {
      expect(at(properties, 'Replicas', 0, 'DeletionProtectionEnabled')).toBe(true);
    }
    expect(withSignalbox('prod', ({ stateful }) => stateful.terminationProtection)).toBe(true);
    expect(resourcesOf(statefulInProd, 'Custom::S3AutoDeleteObjects')).toHaveLength(0);
  });

  test('in dev nothing is left when the stacks go', () => {
    for (const type of STATEFUL_TYPES) stateful.allResources(type, Match.objectLike({ DeletionPolicy: 'Delete' }));
    expect(withSignalbox('dev', ({ stateful }) => stateful.terminationProtection)).toBe(false);
    expect(resourcesOf(stateful, 'Custom::S3AutoDeleteObjects')).toHaveLength(2);
  });

  test('logical ids of what holds data stay as they are: another id is another, empty, resource', () => {
    const ids = STATEFUL_TYPES.flatMap((type) => resourcesOf(statefulInProd, type).map(({ id }) => id));
    expect(ids.toSorted()).toMatchInlineSnapshot(`
      [
        "DataAccessLogsC0C25EE4",
        "DataBucketE6B0FAA8",
        "DataKey5F086070",
        "TablesModelsD8B8EE26",
        "TablesQuarantineFBED62D1",
        "TablesTickets8D70A397",
        "TablesTopics64061272",
      ]
    `);
  });
});

test('the function that empties buckets of dev logs to a group that forgets', () => {
  const [emptier] = resourcesOf(stateful, 'AWS::Lambda::Function');
  const groups = resourcesOf(stateful, 'AWS::Logs::LogGroup').map(({ properties }) => properties);
  expect(groups.map((properties) => at(properties, 'LogGroupName'))).toEqual([
    { 'Fn::Join': ['', ['/aws/lambda/', { Ref: emptier?.id }]] },
  ]);
  expect(groups.map((properties) => at(properties, 'RetentionInDays'))).toEqual([7]);
  expect(resourcesOf(statefulInProd, 'AWS::Lambda::Function')).toEqual([]);
  expect(resourcesOf(statefulInProd, 'AWS::Logs::LogGroup')).toEqual([]);
});
