import type { Clock } from '../clock.ts';
import { type ApiCall, AwsError, type Service, UnsupportedError } from '../service.ts';
import { forgetful, type State } from '../state/state.ts';
import { batchGetItem, batchWriteItem } from './actions/batch.ts';
import { describeContinuousBackups, describeTable, describeTimeToLive, listTables } from './actions/describe.ts';
import { getItem } from './actions/get-item.ts';
import { query, scan } from './actions/query.ts';
import { transactGetItems, transactWriteItems, createTransactionTokens } from './actions/transact.ts';
import { deleteItem, putItem, updateItem } from './actions/write.ts';
import { createEngine, type Engine, type TableUnits } from './engine.ts';
import type { Input } from './input.ts';
import { createTable as createTableIn, type Table } from './table.ts';
import { touchedPartitions, type TouchedPartition } from './touched-partitions.ts';
import { readTableDefinition } from './table-definition.ts';

export interface DynamoDb extends Service {
  /**
   * Creates a table from resolved CloudFormation properties of AWS::DynamoDB::GlobalTable or AWS::DynamoDB::Table.
   * @throws UnsupportedError for properties that it would otherwise ignore (streams, replicas, scaling of throughput)
   * @throws AwsError ValidationException for what AWS would not accept, ResourceInUseException if the table exists
   */
  createTable(resource: { readonly name: string; readonly properties: Input }): { readonly arn: string };
  /** The tables themselves, for who wants to look inside without consuming units. */
  tables(): readonly Table[];
  /** Read and write units that each table with its indexes consumed so far, whether or not a call asked for them. */
  units(): ReadonlyMap<string, TableUnits>;
  /** The partition keys that a call names. */
  partitionsOf(call: ApiCall): readonly TouchedPartition[];
  /** Cancels the timers of time to live. */
  close(): void;
}

type Action = (engine: Engine, input: Input) => Record<string, unknown>;

/**
 * DynamoDB in memory. Reads are always current, so eventually consistent reads only cost less. Expired items (time to live) are
 * deleted at the end of their minute of the clock; on AWS it takes up to days. Returned items are frozen: they are the stored ones.
 */
export const createDynamoDb = (options: {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** @default nothing outlives the run */
  readonly state?: State;
}): DynamoDb => {
  const { state = forgetful } = options;
  const engine = createEngine(options.clock);
  const tokens = createTransactionTokens(state);
  const actions = new Map<string, Action>([
    ['BatchGetItem', batchGetItem],
    ['BatchWriteItem', batchWriteItem],
    ['DeleteItem', deleteItem],
    ['DescribeContinuousBackups', describeContinuousBackups],
    ['DescribeTable', describeTable],
    ['DescribeTimeToLive', describeTimeToLive],
    ['GetItem', getItem],
    ['ListTables', listTables],
    ['PutItem', putItem],
    ['Query', query],
    ['Scan', scan],
    ['TransactGetItems', transactGetItems],
    ['TransactWriteItems', (engine, input) => transactWriteItems(engine, tokens, input)],
    ['UpdateItem', updateItem],
  ]);

  return {
    name: 'dynamodb',
    actions: new Set(actions.keys()),
    call: async ({ action, input }: ApiCall) => {
      const run = actions.get(action);
      if (!run) throw new UnsupportedError(`DynamoDB: the local cloud does not support the action ${action}`);
      return run(engine, input);
    },
    createTable: ({ name, properties }) => {
      const definition = readTableDefinition(name, properties);
      if (engine.tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
      const arn = `arn:aws:dynamodb:${options.region}:${options.accountId}:table/${name}`;
      engine.tables.set(name, createTableIn(definition, arn, options.clock, state));
      return { arn };
    },
    tables: () => [...engine.tables.values()],
    units: () => engine.units(),
    partitionsOf: (call) => touchedPartitions(call, (name) => engine.tables.get(name.slice(name.lastIndexOf('/') + 1))),
    close: () => {
      for (const table of engine.tables.values()) table.close();
    },
  };
};
