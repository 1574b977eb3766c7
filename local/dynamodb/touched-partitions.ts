import type { ApiCall } from '../service.ts';
import { readUnits, writeUnits } from './capacity.ts';
import type { Table } from './table.ts';

/** A partition key that a call reads or writes, with the units that its request alone lets one expect. */
export interface TouchedPartition {
  readonly table: string;
  /** The key's value on the wire, as JSON. */
  readonly key: string;
  readonly kind: 'read' | 'write';
  readonly units: number;
}

type Input = Readonly<Record<string, unknown>>;

const recordOf = (value: unknown): Input => (typeof value === 'object' && value !== null ? (value as Input) : {});
const listOf = (value: unknown): readonly Input[] => (Array.isArray(value) ? (value as readonly Input[]) : []);

/** The partition keys that a call names: none for a Scan, for a query of an index, and for what is not about items. */
export const touchedPartitions = (
  { action, input }: ApiCall,
  tableOf: (name: string) => Table | undefined,
): readonly TouchedPartition[] => {
  const touch = (name: unknown, attributes: unknown, kind: 'read' | 'write', weight = 1): readonly TouchedPartition[] => {
    const table = typeof name === 'string' ? tableOf(name) : undefined;
    const value = table && recordOf(attributes)[table.definition.key.hash.name];
    if (!table || value === undefined) return [];
    const bytes = Buffer.byteLength(JSON.stringify(attributes));
    const units = weight * (kind === 'write' ? writeUnits(bytes) : readUnits(bytes, true));
    return [{ table: table.definition.name, key: JSON.stringify(value), kind, units }];
  };
  const requests = Object.entries(recordOf(input['RequestItems']));
  switch (action) {
    case 'GetItem':
      return touch(input['TableName'], input['Key'], 'read');
    case 'PutItem':
      return touch(input['TableName'], input['Item'], 'write');
    case 'UpdateItem':
    case 'DeleteItem':
      return touch(input['TableName'], input['Key'], 'write');
    case 'Query':
      return input['IndexName'] === undefined ? touch(input['TableName'], equalities(input), 'read') : [];
    case 'BatchGetItem':
      return requests.flatMap(([name, request]) => listOf(recordOf(request)['Keys']).flatMap((key) => touch(name, key, 'read')));
    case 'BatchWriteItem':
      return requests.flatMap(([name, writes]) =>
        listOf(writes).flatMap(({ PutRequest, DeleteRequest }) =>
          touch(name, recordOf(PutRequest)['Item'] ?? recordOf(DeleteRequest)['Key'], 'write'),
        ),
      );
    case 'TransactGetItems':
    case 'TransactWriteItems':
      // A transaction prepares and commits: each costs once.
      return listOf(input['TransactItems']).flatMap((item) =>
        Object.entries(item).flatMap(([kind, request]) => {
          const { TableName, Key, Item } = recordOf(request);
          return touch(TableName, Item ?? Key, kind === 'Get' ? 'read' : 'write', 2);
        }),
      );
    default:
      return [];
  }
};

/** Attributes that a key condition sets equal to a value. */
const equalities = (input: Input): Input => {
  const names = recordOf(input['ExpressionAttributeNames']);
  const values = recordOf(input['ExpressionAttributeValues']);
  const text = typeof input['KeyConditionExpression'] === 'string' ? input['KeyConditionExpression'] : '';
  return Object.fromEntries(
    [...text.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)].map(([, name = '', value = '']) => [names[name] ?? name, values[value]]),
  );
};
