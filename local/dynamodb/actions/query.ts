import type { Engine } from '../engine.ts';
import { keyRangeOf } from '../expression/key-condition.ts';
import { parseCondition } from '../expression/parse.ts';
import { rootOf, type Scope } from '../expression/scope.ts';
import type { Condition, Operand } from '../expression/syntax.ts';
import { checkMembers, type Input, optionalBoolean, optionalInteger, requiredString } from '../input.ts';
import { dynamoDbLimits } from '../limits.ts';
import { type PageSetup, readPageSetup } from '../page-request.ts';
import { type Cut, liesBefore } from '../sorted-list.ts';
import { invalid } from '../validation.ts';

const COMMON = [
  'TableName',
  'IndexName',
  'Select',
  'Limit',
  'ConsistentRead',
  'ExclusiveStartKey',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnConsumedCapacity',
];
const QUERY_MEMBERS = new Set([...COMMON, 'KeyConditionExpression', 'ScanIndexForward']);
const SCAN_MEMBERS = new Set([...COMMON, 'Segment', 'TotalSegments']);

export const query = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('Query', input, QUERY_MEMBERS);
  if (input['KeyConditionExpression'] === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const condition = parseCondition('KeyConditionExpression', requiredString(input, 'KeyConditionExpression'));
  const setup = readPageSetup(engine, input, condition);
  const { key, scope } = setup;
  const range = keyRangeOf(condition.tree, scope, key.hash, key.sort);
  if (setup.filter) refuseKeyFilter(setup.filter.tree, setup);
  const order = optionalBoolean(input, 'ScanIndexForward') === false ? 'descending' : 'ascending';
  let { lower, upper } = range;
  if (setup.start) {
    const { partition, after } = setup.start;
    const outside = partition !== range.partition || (lower && liesBefore(after, lower)) || (upper && !liesBefore(after, upper));
    if (outside) {
      throw invalid('The provided starting key is outside query boundaries based on provided conditions');
    }
    const cut = (side: Cut['side']): Cut => ({ sort: after.sort, tie: after.tie, side });
    if (order === 'ascending') lower = cut('after');
    else upper = cut('before');
  }
  return setup.respond(setup.partitions.range(range.partition, lower, upper, order));
};

export const scan = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('Scan', input, SCAN_MEMBERS);
  const setup = readPageSetup(engine, input, undefined);
  const number = optionalInteger(input, 'Segment', 0);
  const total = optionalInteger(input, 'TotalSegments', 1);
  if (number === undefined && total === undefined) return setup.respond(setup.partitions.scan(setup.start));
  if (number === undefined)
    throw invalid('The Segment parameter is required but was not present in the request when parameter TotalSegments is present');
  if (total === undefined)
    throw invalid('The TotalSegments parameter is required but was not present in the request when Segment parameter is present');
  if (number >= total || total > dynamoDbLimits.segments.most) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${number} is not less than TotalSegments: ${total}`,
    );
  }
  return setup.respond(setup.partitions.scan(setup.start, { number, total }));
};

const refuseKeyFilter = (filter: Condition, { key, scope }: PageSetup): void => {
  for (const name of attributesOf(filter, scope)) {
    if (name !== key.hash.name && name !== key.sort?.name) continue;
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
  }
};

const attributesOf = (condition: Condition, scope: Scope): readonly string[] => {
  const ofOperands = (operands: readonly Operand[]): readonly string[] =>
    operands.flatMap((operand) => {
      if (operand.kind === 'value') return [];
      return [rootOf(operand.kind === 'size' ? operand.of : operand, scope)];
    });
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...attributesOf(condition.left, scope), ...attributesOf(condition.right, scope)];
    case 'not':
      return attributesOf(condition.condition, scope);
    case 'between':
      return ofOperands([condition.operand, condition.lower, condition.upper]);
    case 'in':
      return ofOperands([condition.operand, ...condition.candidates]);
    case 'attribute_exists':
    case 'attribute_not_exists':
      return ofOperands([condition.path]);
    default:
      return ofOperands([condition.left, condition.right]);
  }
};
