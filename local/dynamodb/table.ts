import type { Clock } from '../clock.ts';
import {
  attributeOf,
  equalItems,
  type Item,
  itemBytes,
  parseItem,
  setAttribute,
  type AttributeValue,
} from './attribute-value.ts';
import { AwsError } from '../service.ts';
import { createdAt } from '../state/created-at.ts';
import { type Section, type State, StateError } from '../state/state.ts';
import { type Consumed, writeUnits } from './capacity.ts';
import { checkIndexKeys, type Key, keyAttributes, keyInIndex, keyOfItem, tieOf } from './keys.ts';
import { dynamoDbLimits } from './limits.ts';
import { type Entry, Partitions } from './partitions.ts';
import type { IndexDefinition, TableDefinition } from './table-definition.ts';
import { createExpirySchedule } from './time-to-live.ts';
import { invalid } from './validation.ts';

export interface SecondaryIndex {
  readonly definition: IndexDefinition;
  readonly partitions: Partitions;
}

export interface Table {
  readonly definition: TableDefinition;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly partitions: Partitions;
  readonly indexes: readonly SecondaryIndex[];
  readonly size: { readonly items: number; readonly bytes: number };
  get(key: Key): Entry | undefined;
  /** One entry in another's place; without `next` it is deleted. Nothing is done yet. */
  change(old: Entry | undefined, next: Entry | undefined): Change;
  close(): void;
}

/** A change of a table that is worked out: what it costs, and how to make it. */
export interface Change {
  readonly consumed: Consumed;
  readonly apply: () => void;
}

/**
 * An item as a table will hold it.
 * @param tooLarge the message if it is over 400 KB, which differs between puts and updates
 */
export const entryOf = (definition: TableDefinition, item: Item, tooLarge: string): Entry => {
  const key = keyOfItem(item, definition.key);
  for (const index of definition.indexes) checkIndexKeys(item, index);
  const bytes = itemBytes(item);
  if (bytes > dynamoDbLimits.item.most) throw invalid(tooLarge);
  return { ...key, tie: '', item, bytes };
};

const projected = (item: Item, table: TableDefinition, index: IndexDefinition): Item => {
  const { projection } = index;
  if (projection.type === 'ALL') return item;
  const part: Record<string, AttributeValue> = { ...keyAttributes(item, [table.key, index.key]) };
  for (const name of projection.type === 'INCLUDE' ? projection.attributes : []) {
    const value = attributeOf(item, name);
    if (value) setAttribute(part, name, value);
  }
  return Object.freeze(part);
};

const indexEntryOf = (base: Entry, table: TableDefinition, index: IndexDefinition): Entry | undefined => {
  const key = keyInIndex(base.item, index.key);
  if (!key) return undefined;
  const item = projected(base.item, table, index);
  return { ...key, tie: tieOf(base), item, bytes: item === base.item ? base.bytes : itemBytes(item), base };
};

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
const indexWriteUnits = (old: Entry | undefined, next: Entry | undefined): number => {
  if (!old || !next) return old || next ? writeUnits((old ?? next)?.bytes ?? 0) : 0;
  if (old.partition !== next.partition || old.sort !== next.sort) return writeUnits(old.bytes) + writeUnits(next.bytes);
  return equalItems(old.item, next.item) ? 0 : writeUnits(Math.max(old.bytes, next.bytes));
};

/** @throws StateError where the table's keys have changed since the items were put */
const restoredEntries = (definition: TableDefinition, kept: Section<Item>): readonly Entry[] => {
  try {
    return kept
      .restored()
      .map(([, item]) => entryOf(definition, parseItem(item), 'Item size has exceeded the maximum allowed size'));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message = `the items of table ${definition.name} in the state do not fit its keys any more (${error.message}); AWS would replace the table by an empty one: choose another folder to begin anew`;
    throw new StateError(message, { cause: error });
  }
};

export const createTable = (definition: TableDefinition, arn: string, clock: Clock, state: State): Table => {
  const kept = state.section<Item>(`dynamodb/items/${arn}`);
  const partitions = new Partitions();
  const indexes = definition.indexes.map((index) => ({ definition: index, partitions: new Partitions() }));
  const size = { items: 0, bytes: 0 };

  const changeIndex = (index: SecondaryIndex, old: Entry | undefined, next: Entry | undefined) => {
    const oldEntry = old && indexEntryOf(old, definition, index.definition);
    const nextEntry = next && indexEntryOf(next, definition, index.definition);
    const inPlace = oldEntry && nextEntry && oldEntry.partition === nextEntry.partition && oldEntry.sort === nextEntry.sort;
    return {
      units: indexWriteUnits(oldEntry, nextEntry),
      apply: (): void => {
        if (oldEntry && !inPlace) index.partitions.remove(oldEntry);
        if (nextEntry) index.partitions.put(nextEntry);
      },
    };
  };

  const changeInMemory = (old: Entry | undefined, next: Entry | undefined): Change => {
    const units = { global: new Map<string, number>(), local: new Map<string, number>() };
    const changes = indexes.map((index) => {
      const change = changeIndex(index, old, next);
      if (change.units > 0) units[index.definition.kind].set(index.definition.name, change.units);
      return change;
    });
    return {
      consumed: {
        kind: 'write',
        table: writeUnits(Math.max(old?.bytes ?? 0, next?.bytes ?? 0)),
        globalIndexes: units.global,
        localIndexes: units.local,
      },
      apply: () => {
        if (old) expiries?.remove(old);
        if (next) {
          partitions.put(next);
          expiries?.add(next);
        } else if (old) partitions.remove(old);
        size.items += (next ? 1 : 0) - (old ? 1 : 0);
        size.bytes += (next?.bytes ?? 0) - (old?.bytes ?? 0);
        for (const { apply } of changes) apply();
      },
    };
  };

  const change = (old: Entry | undefined, next: Entry | undefined): Change => {
    const { consumed, apply } = changeInMemory(old, next);
    return {
      consumed,
      apply: () => {
        if (next) kept.put(tieOf(next), next.item);
        else if (old) kept.remove(tieOf(old));
        apply();
      },
    };
  };

  // Deletions by time to live cost nothing on AWS.
  const expiries =
    definition.ttlAttribute === undefined
      ? undefined
      : createExpirySchedule<Entry>(clock, definition.ttlAttribute, (entry) => change(entry, undefined).apply());

  for (const entry of restoredEntries(definition, kept)) changeInMemory(undefined, entry).apply();

  return {
    definition,
    arn,
    createdAtMs: createdAt(state, arn, clock),
    partitions,
    indexes,
    size,
    get: ({ partition, sort }) => partitions.get(partition, sort, ''),
    change,
    close: () => expiries?.close(),
  };
};
