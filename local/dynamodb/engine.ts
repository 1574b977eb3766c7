import type { Clock } from '../clock.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import { type Consumed, totalOf } from './capacity.ts';
import { type Input, optionalChoice, requiredString } from './input.ts';
import type { SecondaryIndex, Table } from './table.ts';
import { checkTableName } from './table-definition.ts';
import { createProvisionedThroughput } from './throughput.ts';
import { invalid } from './validation.ts';

/** Units that a table and its indexes consumed since it was created. */
export interface TableUnits {
  readonly read: number;
  readonly write: number;
}

/** What every action works on. */
export interface Engine {
  readonly clock: Clock;
  readonly tables: Map<string, Table>;
  /** @throws AwsError ProvisionedThroughputExceededException where that is no longer to be had */
  admit(table: Table, consumed: Consumed): void;
  /** Takes it from what is provisioned, and adds to the running totals. */
  meter(table: Table, consumed: Consumed): void;
  /** Both. @throws AwsError ProvisionedThroughputExceededException, with nothing taken */
  spend(table: Table, consumed: Consumed): void;
  units(): ReadonlyMap<string, TableUnits>;
}

export const createEngine = (clock: Clock): Engine => {
  const totals = new Map<string, { read: number; write: number }>();
  const provisioned = createProvisionedThroughput(clock);
  const meter: Engine['meter'] = (table, consumed) => {
    provisioned.take(table, consumed);
    const { name } = table.definition;
    let total = totals.get(name);
    if (!total) totals.set(name, (total = { read: 0, write: 0 }));
    total[consumed.kind] += totalOf(consumed);
  };
  return {
    clock,
    tables: new Map(),
    admit: (table, consumed) => provisioned.admit(table, consumed),
    meter,
    spend: (table, consumed) => {
      provisioned.admit(table, consumed);
      meter(table, consumed);
    },
    units: () => new Map(totals.entries().map(([name, total]) => [name, { ...total }])),
  };
};

const ARN = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/;

/** The table that a request names, by name or by ARN. */
export const findTable = (engine: Engine, given: string): Table => {
  const name = ARN.exec(given)?.[1] ?? given;
  checkTableName(name);
  const table = engine.tables.get(name);
  if (table) return table;
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
};

export const tableOf = (engine: Engine, input: Input): Table => findTable(engine, requiredString(input, 'TableName'));

export const findIndex = (table: Table, name: string): SecondaryIndex => {
  const index = table.indexes.find(({ definition }) => definition.name === name);
  if (index) return index;
  throw invalid(`The table does not have the specified index: ${name}`);
};

/** Collection sizes matter only to tables with local indexes that near 10 GB. */
export const refuseCollectionMetrics = (action: string, input: Input): void => {
  if (optionalChoice(input, 'ReturnItemCollectionMetrics', ['SIZE', 'NONE']) === 'SIZE') {
    throw new UnsupportedError(`DynamoDB ${action}: the local cloud does not support ReturnItemCollectionMetrics SIZE`);
  }
};
