import { isWithin } from '../../limit.ts';
import type { Item } from '../attribute-value.ts';
import { addConsumed, type CapacityReport, type Consumed, consumedCapacity, readCapacityReport } from '../capacity.ts';
import { type Engine, findTable, refuseCollectionMetrics } from '../engine.ts';
import { readScope } from '../expression/scope.ts';
import { checkMembers, type Input, optionalBoolean, requiredList, requiredRecord } from '../input.ts';
import { type Key, tieOf } from '../keys.ts';
import { dynamoDbLimits } from '../limits.ts';
import { projectorIn, readItem, readKey, readProjection } from '../read-operation.ts';
import type { Table } from '../table.ts';
import { isThroughputExceeded } from '../throughput.ts';
import { invalid } from '../validation.ts';
import { planBatchWrite, prepareWrite, type WriteOperation } from '../write-operation.ts';

const GET_MEMBERS = new Set(['RequestItems', 'ReturnConsumedCapacity']);
const WRITE_MEMBERS = new Set([...GET_MEMBERS, 'ReturnItemCollectionMetrics']);
const TABLE_MEMBERS = new Set(['Keys', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames']);

const reportAll = (consumed: ReadonlyMap<Table, Consumed>, report: CapacityReport): Record<string, unknown> =>
  report === 'NONE'
    ? {}
    : { ConsumedCapacity: [...consumed].map(([table, each]) => consumedCapacity(table.definition.name, each, report)) };

const readRequests = (input: Input): readonly (readonly [string, unknown])[] => {
  const requests = Object.entries(requiredRecord(input, 'RequestItems'));
  if (requests.length > 0) return requests;
  throw invalid(
    "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
};

export const batchWriteItem = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('BatchWriteItem', input, WRITE_MEMBERS);
  refuseCollectionMetrics('BatchWriteItem', input);
  const report = readCapacityReport(input);
  const operations = readRequests(input).flatMap(([name, requests]) => {
    const table = findTable(engine, name);
    return requiredList({ [name]: requests }, name).map((request) => ({
      ...planWrite(table, request as Input),
      given: { name, request },
    }));
  });
  if (!isWithin(dynamoDbLimits.batchWrites, operations.length)) {
    throw invalid(
      operations.length === 0
        ? 'The batch write request list for a table cannot be null or empty'
        : `Too many items requested for the BatchWriteItem call: ${operations.length} of at most ${dynamoDbLimits.batchWrites.most}`,
    );
  }
  refuseDuplicates(operations);
  const consumed = new Map<Table, Consumed>();
  const throttled = createThrottled(operations.length);
  for (const operation of operations) {
    const { table, old, next } = prepareWrite(operation);
    const change = table.change(old, next);
    if (!throttled.lets(() => engine.spend(table, change.consumed), operation.given)) continue;
    change.apply();
    consumed.set(table, addConsumed(consumed.get(table), change.consumed));
  }
  return { UnprocessedItems: throttled.byTable(), ...reportAll(consumed, report) };
};

/** What of a batch finds no capacity is left to be sent again. */
const createThrottled = (size: number) => {
  const left: { readonly name: string; readonly request: unknown }[] = [];
  return {
    /** @throws AwsError ProvisionedThroughputExceededException where nothing of the batch goes through */
    lets: (spend: () => void, given: { readonly name: string; readonly request: unknown }): boolean => {
      try {
        spend();
        return true;
      } catch (error) {
        if (!isThroughputExceeded(error) || left.push(given) === size) throw error;
        return false;
      }
    },
    byTable: (): Readonly<Record<string, readonly unknown[]>> =>
      Object.fromEntries(
        Map.groupBy(left, ({ name }) => name)
          .entries()
          .map(([name, each]) => [name, each.map(({ request }) => request)]),
      ),
  };
};

const planWrite = (table: Table, request: Input): WriteOperation => {
  const kinds = Object.keys(request).filter((kind) => request[kind] !== undefined);
  if (kinds.length === 1 && kinds[0] === 'PutRequest') {
    return planBatchWrite(table, { put: requiredRecord(requiredRecord(request, 'PutRequest'), 'Item') });
  }
  if (kinds.length === 1 && kinds[0] === 'DeleteRequest') {
    return planBatchWrite(table, { delete: requiredRecord(requiredRecord(request, 'DeleteRequest'), 'Key') });
  }
  throw invalid(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of PutRequest and DeleteRequest',
  );
};

const refuseDuplicates = (operations: readonly WriteOperation[]): void => {
  const seen = new Set(operations.map(({ table, key }) => `${table.definition.name} ${tieOf(key)}`));
  if (seen.size < operations.length) throw invalid('Provided list of item keys contains duplicates');
};

export const batchGetItem = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('BatchGetItem', input, GET_MEMBERS);
  const report = readCapacityReport(input);
  const requests = readRequests(input).map(([name, request]) => planReads(engine, name, request as Input));
  if (requests.reduce((total, { keys }) => total + keys.length, 0) > dynamoDbLimits.batchReads.most) {
    throw invalid('Too many items requested for the BatchGetItem call');
  }
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, unknown> = {};
  const consumed = new Map<Table, Consumed>();
  const throttled = createThrottled(requests.reduce((total, { keys }) => total + keys.length, 0));
  let bytes = 0;
  let full = false;
  for (const { name, table, request, keys, read, project } of requests) {
    const items: Item[] = [];
    const left: unknown[] = [];
    for (const { given, key } of keys) {
      const found: ReturnType<typeof read> | undefined = full ? undefined : read(key);
      // What is not there takes no room.
      full ||= found?.item !== undefined && bytes + found.bytes > dynamoDbLimits.batchRead.most;
      if (!found || full || !throttled.lets(() => engine.spend(table, found.consumed), { name, request: given })) {
        left.push(given);
        continue;
      }
      if (found.item) bytes += found.bytes;
      consumed.set(table, addConsumed(consumed.get(table), found.consumed));
      if (found.item) items.push(project(found.item));
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ...reportAll(consumed, report) };
};

const planReads = (engine: Engine, name: string, request: Input) => {
  checkMembers('BatchGetItem', request, TABLE_MEMBERS);
  const table = findTable(engine, name);
  const keys = requiredList(request, 'Keys').map((given) => ({ given, key: readKey(table, { Key: given }) }));
  if (keys.length === 0) {
    throw invalid(
      `1 validation error detected: Value '[]' at 'requestItems.${name}.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  }
  if (new Set(keys.map(({ key }) => tieOf(key))).size < keys.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }
  const projection = readProjection(request);
  const project = projectorIn(projection, readScope(request, [projection]));
  const consistency = optionalBoolean(request, 'ConsistentRead') ? 'strong' : 'eventual';
  const read = (key: Key) => readItem(table, key, consistency);
  return { name, table, request, keys, read, project };
};
