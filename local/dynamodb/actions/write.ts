import { AwsError } from '../../service.ts';
import type { Item } from '../attribute-value.ts';
import { type Consumed, readCapacityReport, reportCapacity } from '../capacity.ts';
import { type Engine, refuseCollectionMetrics } from '../engine.ts';
import { projectorOf } from '../expression/project.ts';
import { checkMembers, type Input, optionalChoice } from '../input.ts';
import { invalid } from '../validation.ts';
import {
  failedWriteConsumed,
  planDelete,
  planPut,
  planUpdate,
  type PreparedWrite,
  prepareWrite,
  type WriteOperation,
} from '../write-operation.ts';

const COMMON = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
  'ReturnValuesOnConditionCheckFailure',
];
const PUT_MEMBERS = new Set([...COMMON, 'Item']);
const DELETE_MEMBERS = new Set([...COMMON, 'Key']);
const UPDATE_MEMBERS = new Set([...COMMON, 'Key', 'UpdateExpression']);

const RETURN_VALUES = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const;
type ReturnValues = (typeof RETURN_VALUES)[number];

const readReturnValues = (input: Input, allowed: readonly ReturnValues[]): ReturnValues => {
  const chosen = optionalChoice(input, 'ReturnValues', RETURN_VALUES) ?? 'NONE';
  if (!allowed.includes(chosen)) throw invalid('ReturnValues can only be ALL_OLD or NONE');
  return chosen;
};

const execute = (
  engine: Engine,
  operation: WriteOperation,
): { readonly prepared: PreparedWrite; readonly consumed: Consumed } => {
  let prepared: PreparedWrite;
  try {
    prepared = prepareWrite(operation);
  } catch (error) {
    const failed = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
    if (failed) engine.spend(operation.table, failedWriteConsumed(operation));
    throw error;
  }
  const { consumed, apply } = operation.table.change(prepared.old, prepared.next);
  engine.spend(operation.table, consumed);
  apply();
  return { prepared, consumed };
};

const returned = (prepared: PreparedWrite, choice: ReturnValues): Item | undefined => {
  switch (choice) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return prepared.old?.item;
    case 'ALL_NEW':
      return prepared.next?.item;
    case 'UPDATED_OLD':
    case 'UPDATED_NEW': {
      const item = (choice === 'UPDATED_OLD' ? prepared.old : prepared.next)?.item;
      const part = item && projectorOf(prepared.paths)(item);
      return part && Object.keys(part).length > 0 ? part : undefined;
    }
  }
};

const respond = (engine: Engine, input: Input, operation: WriteOperation, choice: ReturnValues): Record<string, unknown> => {
  const report = readCapacityReport(input);
  const { prepared, consumed } = execute(engine, operation);
  const attributes = returned(prepared, choice);
  return {
    ...(attributes ? { Attributes: attributes } : {}),
    ...reportCapacity(operation.table.definition.name, consumed, report),
  };
};

export const putItem = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('PutItem', input, PUT_MEMBERS);
  refuseCollectionMetrics('PutItem', input);
  const choice = readReturnValues(input, ['NONE', 'ALL_OLD']);
  return respond(engine, input, planPut(engine, input), choice);
};

export const deleteItem = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('DeleteItem', input, DELETE_MEMBERS);
  refuseCollectionMetrics('DeleteItem', input);
  const choice = readReturnValues(input, ['NONE', 'ALL_OLD']);
  return respond(engine, input, planDelete(engine, input), choice);
};

export const updateItem = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('UpdateItem', input, UPDATE_MEMBERS);
  refuseCollectionMetrics('UpdateItem', input);
  const choice = readReturnValues(input, RETURN_VALUES);
  return respond(engine, input, planUpdate(engine, input), choice);
};
