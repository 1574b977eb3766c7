import { isWithin } from '../../limit.ts';
import { AwsError } from '../../service.ts';
import type { State } from '../../state/state.ts';
import { addConsumed, type CapacityReport, type Consumed, consumedCapacity, doubled, readCapacityReport } from '../capacity.ts';
import { type Engine, refuseCollectionMetrics, tableOf } from '../engine.ts';
import { readScope } from '../expression/scope.ts';
import { checkMembers, type Input, optionalString, requiredList } from '../input.ts';
import { tieOf } from '../keys.ts';
import { dynamoDbLimits } from '../limits.ts';
import { projectorIn, readItem, readKey, readProjection } from '../read-operation.ts';
import type { Change, Table } from '../table.ts';
import { invalid } from '../validation.ts';
import {
  failedWriteConsumed,
  planCheck,
  planDelete,
  planPut,
  planUpdate,
  type PreparedWrite,
  prepareWrite,
  type WriteOperation,
} from '../write-operation.ts';

const TOKEN_LIFE_MS = 10 * 60_000;

const WRITE_MEMBERS = new Set(['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics']);
const GET_MEMBERS = new Set(['TransactItems', 'ReturnConsumedCapacity']);
const COMMON = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];

const PLANS = {
  Put: { plan: planPut, members: new Set([...COMMON, 'Item']) },
  Update: { plan: planUpdate, members: new Set([...COMMON, 'Key', 'UpdateExpression']) },
  Delete: { plan: planDelete, members: new Set([...COMMON, 'Key']) },
  ConditionCheck: { plan: planCheck, members: new Set([...COMMON, 'Key']) },
} as const;

const READ_MEMBERS = new Set(['TableName', 'Key', 'ProjectionExpression', 'ExpressionAttributeNames']);

const readActions = (input: Input): readonly Input[] => {
  const actions = requiredList(input, 'TransactItems') as readonly Input[];
  if (isWithin(dynamoDbLimits.actions, actions.length)) return actions;
  throw invalid(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${
      actions.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${dynamoDbLimits.actions.most}`
    }`,
  );
};

const planWrite = (engine: Engine, action: Input): WriteOperation => {
  const kinds = Object.keys(action).filter((kind) => action[kind] !== undefined);
  const kind = (Object.keys(PLANS) as (keyof typeof PLANS)[]).find((name) => kinds[0] === name);
  if (kinds.length !== 1 || !kind) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const request = action[kind] as Input;
  checkMembers(`TransactWriteItems ${kind}`, request, PLANS[kind].members);
  return PLANS[kind].plan(engine, request);
};

/** An action of a transaction that can be taken. */
interface PreparedChange extends Pick<PreparedWrite, 'table' | 'next'> {
  readonly change: Change;
}

/** Why one action of a transaction did not go through, or that it would have. */
type Reason = { readonly Code: string; readonly Message?: string; readonly Item?: unknown };

const attempt = (engine: Engine, operation: WriteOperation): PreparedChange | { readonly reason: Reason } => {
  const { table } = operation;
  try {
    const { old, next } = prepareWrite(operation);
    const change = table.change(old, next);
    engine.admit(table, change.consumed);
    return { table, next, change };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = error.code.replace(/(?:Exception)$/, '').replace(/^Validation$/, 'ValidationError');
    return { reason: { Code: code, Message: error.message, ...error.members } };
  }
};

const cancelled = (reasons: readonly Reason[]): AwsError =>
  new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    400,
    { CancellationReasons: reasons },
  );

const report = (consumed: ReadonlyMap<Table, Consumed>, wanted: CapacityReport): Record<string, unknown> =>
  wanted === 'NONE'
    ? {}
    : { ConsumedCapacity: [...consumed].map(([table, each]) => consumedCapacity(table.definition.name, each, wanted)) };

const refuseDuplicates = (operations: readonly WriteOperation[]): void => {
  const items = new Set(operations.map(({ table, key }) => `${table.definition.name} ${tieOf(key)}`));
  if (items.size < operations.length) throw invalid('Transaction request cannot include multiple operations on one item');
};

/** Requests by token, so that a repeated one changes nothing for ten minutes. */
export interface TransactionTokens {
  /** The oldest first. */
  readonly seen: ReadonlyMap<string, SeenToken>;
  add(token: string, seen: SeenToken): void;
  forget(token: string): void;
}

interface SeenToken {
  readonly request: string;
  readonly atMs: number;
}

export const createTransactionTokens = (state: State): TransactionTokens => {
  const kept = state.section<SeenToken>('dynamodb/transaction-tokens');
  const seen = new Map(kept.restored().toSorted(([, a], [, b]) => a.atMs - b.atMs));
  return {
    seen,
    add: (token, entry) => {
      seen.set(token, entry);
      kept.put(token, entry);
    },
    forget: (token) => {
      seen.delete(token);
      kept.remove(token);
    },
  };
};

const isRepeated = (engine: Engine, tokens: TransactionTokens, input: Input): boolean => {
  const token = optionalString(input, 'ClientRequestToken');
  if (token === undefined) return false;
  if (!isWithin(dynamoDbLimits.token, token.length)) {
    throw invalid(
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and ${dynamoDbLimits.token.most}`,
    );
  }
  const atMs = engine.clock.now();
  for (const [old, entry] of tokens.seen) {
    if (atMs - entry.atMs < TOKEN_LIFE_MS) break;
    tokens.forget(old);
  }
  const request = JSON.stringify(input['TransactItems']);
  const known = tokens.seen.get(token);
  if (!known) return false;
  if (known.request === request) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The provided ClientRequestToken was used with other parameters within the last ten minutes',
  );
};

export const transactWriteItems = (engine: Engine, tokens: TransactionTokens, input: Input): Record<string, unknown> => {
  checkMembers('TransactWriteItems', input, WRITE_MEMBERS);
  refuseCollectionMetrics('TransactWriteItems', input);
  const wanted = readCapacityReport(input);
  const operations = readActions(input).map((action) => planWrite(engine, action));
  refuseDuplicates(operations);
  if (isRepeated(engine, tokens, input)) return {};
  const attempts = operations.map((operation) => attempt(engine, operation));
  const consumed = new Map<Table, Consumed>();
  const spend = (table: Table, units: Consumed): void => {
    engine.meter(table, doubled(units));
    consumed.set(table, addConsumed(consumed.get(table), doubled(units)));
  };
  if (attempts.some((each) => 'reason' in each)) {
    for (const operation of operations) spend(operation.table, failedWriteConsumed(operation));
    throw cancelled(attempts.map((each) => ('reason' in each ? each.reason : { Code: 'None' })));
  }
  const writes = attempts.filter((each): each is PreparedChange => !('reason' in each));
  if (writes.reduce((total, { next }) => total + (next?.bytes ?? 0), 0) > dynamoDbLimits.transaction.most) {
    throw invalid('Transaction request size has exceeded the maximum of 4 MB');
  }
  for (const { table, change } of writes) {
    spend(table, change.consumed);
    change.apply();
  }
  const token = optionalString(input, 'ClientRequestToken');
  if (token !== undefined) {
    tokens.add(token, { request: JSON.stringify(input['TransactItems']), atMs: engine.clock.now() });
  }
  return report(consumed, wanted);
};

export const transactGetItems = (engine: Engine, input: Input): Record<string, unknown> => {
  checkMembers('TransactGetItems', input, GET_MEMBERS);
  const wanted = readCapacityReport(input);
  const consumed = new Map<Table, Consumed>();
  const responses = readActions(input).map((action) => {
    const get = action['Get'];
    if (get === undefined || Object.keys(action).length !== 1) throw invalid('TransactItems can only contain Get');
    const request = get as Input;
    checkMembers('TransactGetItems Get', request, READ_MEMBERS);
    const table = tableOf(engine, request);
    const projection = readProjection(request);
    const project = projectorIn(projection, readScope(request, [projection]));
    const found = readItem(table, readKey(table, request), 'strong');
    engine.spend(table, doubled(found.consumed));
    consumed.set(table, addConsumed(consumed.get(table), doubled(found.consumed)));
    return found.item ? { Item: project(found.item) } : {};
  });
  return { Responses: responses, ...report(consumed, wanted) };
};
