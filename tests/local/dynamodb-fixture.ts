import type { Clock } from '../../local/clock.ts';
import { startSteppedClock } from '../../local/clock.ts';
import { createDynamoDb, type DynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { asksOutside, callOutside, insideOnly, outsideConfig } from '../support/outside-call.ts';
import { secondOpinion, startOver } from '../support/second-opinion.ts';
import type { TableDefinition } from '../support/table-definitions.ts';

export const NOW_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

/** A table of notes by author and number, with an index by topic. */
export const NOTES = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'author', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'topic', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'author', KeyType: 'HASH' },
    { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-topic',
      KeySchema: [
        { AttributeName: 'topic', KeyType: 'HASH' },
        { AttributeName: 'number', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  Replicas: [{ Region: 'eu-central-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
};

/** A table of things with a single text key. */
export const THINGS = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

export interface Database {
  readonly clock: Clock;
  readonly engine: DynamoDb;
  readonly send: (action: string, input: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

/** A response's members, as far as the tests look at them. */
export interface Answer {
  readonly Item?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Attributes?: Attributes;
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly LastEvaluatedKey?: Attributes;
  readonly ConsumedCapacity?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

export type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const startDatabase = (): Database => (asksOutside('dynamodb') ? startElsewhere() : startHere());

const startHere = (): Database => {
  const clock = startSteppedClock(NOW_MS);
  const engine = createDynamoDb({ clock, region: 'eu-central-1', accountId: '000000000000' });
  engine.createTable({ name: 'notes', properties: NOTES });
  engine.createTable({ name: 'things', properties: THINGS });
  const caller = { name: 'tester', principal: 'arn:aws:iam::000000000000:user/tester' };
  return {
    clock,
    engine,
    send: (action, input) => engine.call({ caller, service: 'dynamodb', action, input }),
  };
};

/** Emptied by the first call, since a fixture is made without waiting. */
const startElsewhere = (): Database => {
  const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = NOTES;
  const notes = { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
  const tables = { notes, things: THINGS } as Readonly<Record<string, TableDefinition>>;
  let ready: Promise<void> | undefined;
  return {
    clock: insideOnly('the clock'),
    engine: insideOnly('the engine'),
    send: async (action, input) => {
      const opinion = secondOpinion();
      if (opinion) await (ready ??= startOver(opinion, outsideConfig(), { tables, buckets: [] }));
      return callOutside('dynamodb', action, input);
    },
  };
};
