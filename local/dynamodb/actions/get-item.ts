import { readCapacityReport, reportCapacity } from '../capacity.ts';
import { type Engine, tableOf } from '../engine.ts';
import { readScope } from '../expression/scope.ts';
import { checkMembers, type Input, optionalBoolean } from '../input.ts';
import { projectorIn, readItem, readKey, readProjection } from '../read-operation.ts';

const MEMBERS = new Set([
  'TableName',
  'Key',
  'ConsistentRead',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ReturnConsumedCapacity',
]);

export const getItem = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('GetItem', input, MEMBERS);
  const table = tableOf(engine, input);
  const report = readCapacityReport(input);
  const projection = readProjection(input);
  const project = projectorIn(projection, readScope(input, [projection]));
  const { item, consumed } = readItem(
    table,
    readKey(table, input),
    optionalBoolean(input, 'ConsistentRead') ? 'strong' : 'eventual',
  );
  engine.spend(table, consumed);
  return { ...(item ? { Item: project(item) } : {}), ...reportCapacity(table.definition.name, consumed, report) };
};
