import { AwsError } from '../service.ts';
import { type Item, parseItem } from './attribute-value.ts';
import { type Consumed, consumedByTable, writeUnits } from './capacity.ts';
import { type Engine, tableOf } from './engine.ts';
import { applyUpdate } from './expression/apply-update.ts';
import { checkCondition } from './expression/check-condition.ts';
import { evaluateCondition } from './expression/evaluate-condition.ts';
import { parseCondition, parseUpdate } from './expression/parse.ts';
import { type Path, readScope, type Scope } from './expression/scope.ts';
import type { Condition, Parsed } from './expression/syntax.ts';
import { type Input, optionalChoice, optionalString, requiredRecord, requiredString } from './input.ts';
import { type Key, keyOfItem, keyOfRequest } from './keys.ts';
import type { Entry } from './partitions.ts';
import { entryOf, type Table } from './table.ts';

const ITEM_TOO_LARGE = 'Item size has exceeded the maximum allowed size';
const UPDATED_TOO_LARGE = 'Item size to update has exceeded the maximum allowed size';

const NO_ITEM: Item = Object.freeze({});

/** A checked request to change (or only to check) one item. */
export interface WriteOperation {
  readonly table: Table;
  readonly key: Key;
  readonly condition: ((item: Item) => boolean) | undefined;
  /** Whether a failed condition's error carries the item. */
  readonly onFailure: 'ALL_OLD' | 'NONE';
  /** What the item becomes; undefined if it is to be deleted. */
  readonly next: (old: Entry | undefined) => { readonly entry: Entry | undefined; readonly paths: readonly Path[] };
}

/** A write whose condition holds; nothing is changed yet. */
export interface PreparedWrite {
  readonly table: Table;
  readonly old: Entry | undefined;
  readonly next: Entry | undefined;
  /** The paths that an update names. */
  readonly paths: readonly Path[];
}

const readCondition = (input: Input): Parsed<Condition> | undefined => {
  const text = optionalString(input, 'ConditionExpression');
  return text === undefined ? undefined : parseCondition('ConditionExpression', text);
};

const conditionIn = (parsed: Parsed<Condition> | undefined, scope: Scope): WriteOperation['condition'] => {
  if (!parsed) return undefined;
  checkCondition(parsed.kind, parsed.tree, scope);
  return (item) => evaluateCondition(parsed.tree, item, scope);
};

const readOnFailure = (input: Input): WriteOperation['onFailure'] =>
  optionalChoice(input, 'ReturnValuesOnConditionCheckFailure', ['ALL_OLD', 'NONE']) ?? 'NONE';

const readKey = (input: Input, table: Table): { readonly item: Item; readonly key: Key } => {
  const item = parseItem(requiredRecord(input, 'Key'));
  return { item, key: keyOfRequest(item, table.definition.key) };
};

export const planPut = (engine: Engine, input: Input): WriteOperation => {
  const table = tableOf(engine, input);
  const entry = entryOf(table.definition, parseItem(requiredRecord(input, 'Item')), ITEM_TOO_LARGE);
  const condition = readCondition(input);
  return {
    table,
    key: entry,
    condition: conditionIn(condition, readScope(input, [condition])),
    onFailure: readOnFailure(input),
    next: () => ({ entry, paths: [] }),
  };
};

export const planDelete = (engine: Engine, input: Input): WriteOperation => {
  const table = tableOf(engine, input);
  const condition = readCondition(input);
  return {
    table,
    key: readKey(input, table).key,
    condition: conditionIn(condition, readScope(input, [condition])),
    onFailure: readOnFailure(input),
    next: () => ({ entry: undefined, paths: [] }),
  };
};

/** A transaction's ConditionCheck: leaves the item as it is. */
export const planCheck = (engine: Engine, input: Input): WriteOperation => {
  requiredString(input, 'ConditionExpression');
  return { ...planDelete(engine, input), next: (old) => ({ entry: old, paths: [] }) };
};

export const planUpdate = (engine: Engine, input: Input): WriteOperation => {
  const table = tableOf(engine, input);
  const { definition } = table;
  const { item: keyItem, key } = readKey(input, table);
  const condition = readCondition(input);
  const text = optionalString(input, 'UpdateExpression');
  const update = text === undefined ? undefined : parseUpdate('UpdateExpression', text);
  const scope = readScope(input, [update, condition]);
  const keys = [definition.key.hash.name, ...(definition.key.sort ? [definition.key.sort.name] : [])];
  return {
    table,
    key,
    condition: conditionIn(condition, scope),
    onFailure: readOnFailure(input),
    next: (old) => {
      const before = old?.item ?? keyItem;
      const updated = update ? applyUpdate(update.tree, before, scope, keys) : { item: before, paths: [] };
      return { entry: entryOf(definition, updated.item, UPDATED_TOO_LARGE), paths: updated.paths };
    },
  };
};

/** A batch's put or delete: no condition, no expressions. */
export const planBatchWrite = (
  table: Table,
  request: { readonly put: unknown } | { readonly delete: unknown },
): WriteOperation => {
  const { definition } = table;
  const plain = { table, condition: undefined, onFailure: 'NONE' } as const;
  if ('put' in request) {
    const entry = entryOf(definition, parseItem(request.put), ITEM_TOO_LARGE);
    return { ...plain, key: keyOfItem(entry.item, definition.key), next: () => ({ entry, paths: [] }) };
  }
  return {
    ...plain,
    key: keyOfRequest(parseItem(request.delete), definition.key),
    next: () => ({ entry: undefined, paths: [] }),
  };
};

/** What a write costs whose condition failed. */
export const failedWriteConsumed = (operation: WriteOperation): Consumed =>
  consumedByTable('write', writeUnits(operation.table.get(operation.key)?.bytes ?? 0));

export const conditionFailed = (operation: WriteOperation, old: Entry | undefined): AwsError =>
  new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    old && operation.onFailure === 'ALL_OLD' ? { Item: old.item } : {},
  );

/**
 * Works out a write without doing it.
 * @throws ConditionalCheckFailedException if its condition does not hold
 */
export const prepareWrite = (operation: WriteOperation): PreparedWrite => {
  const old = operation.table.get(operation.key);
  if (operation.condition && !operation.condition(old?.item ?? NO_ITEM)) throw conditionFailed(operation, old);
  const { entry, paths } = operation.next(old);
  return { table: operation.table, old, next: entry, paths };
};
