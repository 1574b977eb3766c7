import { type Input, optionalChoice } from './input.ts';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

/** Write units of writing this many bytes once. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));

/** Read units of reading this many bytes; an eventually consistent read costs half. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);

/** Units that one call consumed of a table and of its indexes. */
export interface Consumed {
  readonly kind: 'read' | 'write';
  readonly table: number;
  readonly globalIndexes: ReadonlyMap<string, number>;
  readonly localIndexes: ReadonlyMap<string, number>;
}

const NOTHING: ReadonlyMap<string, number> = new Map();

export const consumedByTable = (kind: Consumed['kind'], units: number): Consumed => ({
  kind,
  table: units,
  globalIndexes: NOTHING,
  localIndexes: NOTHING,
});

const sumOf = (units: ReadonlyMap<string, number>): number => units.values().reduce((total, each) => total + each, 0);

export const totalOf = (consumed: Consumed): number =>
  consumed.table + sumOf(consumed.globalIndexes) + sumOf(consumed.localIndexes);

const merge = (left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
  if (right.size === 0) return left;
  const merged = new Map(left);
  for (const [name, units] of right) merged.set(name, (merged.get(name) ?? 0) + units);
  return merged;
};

export const addConsumed = (left: Consumed | undefined, right: Consumed): Consumed =>
  left
    ? {
        kind: left.kind,
        table: left.table + right.table,
        globalIndexes: merge(left.globalIndexes, right.globalIndexes),
        localIndexes: merge(left.localIndexes, right.localIndexes),
      }
    : right;

/** Transactions prepare and commit: each costs once. */
export const doubled = (consumed: Consumed): Consumed => addConsumed(consumed, consumed);

const shape = (units: number): { readonly CapacityUnits: number } => ({ CapacityUnits: units });

const byIndex = (units: ReadonlyMap<string, number>): Record<string, unknown> =>
  Object.fromEntries(units.entries().map(([name, each]) => [name, shape(each)]));

/** Whether and how a response tells what was consumed. */
export type CapacityReport = 'INDEXES' | 'TOTAL' | 'NONE';

export const readCapacityReport = (input: Input): CapacityReport =>
  optionalChoice(input, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']) ?? 'NONE';

/** A response's ConsumedCapacity for one table. */
export const consumedCapacity = (table: string, consumed: Consumed, report: 'INDEXES' | 'TOTAL'): Record<string, unknown> => ({
  TableName: table,
  CapacityUnits: totalOf(consumed),
  ...(report === 'INDEXES'
    ? {
        Table: shape(consumed.table),
        ...(consumed.globalIndexes.size > 0 ? { GlobalSecondaryIndexes: byIndex(consumed.globalIndexes) } : {}),
        ...(consumed.localIndexes.size > 0 ? { LocalSecondaryIndexes: byIndex(consumed.localIndexes) } : {}),
      }
    : {}),
});

/** The member of a response that reports on one table; empty where none was asked for. */
export const reportCapacity = (table: string, consumed: Consumed, report: CapacityReport): Record<string, unknown> =>
  report === 'NONE' ? {} : { ConsumedCapacity: consumedCapacity(table, consumed, report) };
