import { type Item, parseItem } from './attribute-value.ts';
import { type Consumed, consumedByTable, readUnits } from './capacity.ts';
import { parseProjection } from './expression/parse.ts';
import { checkPathsDisjoint } from './expression/paths.ts';
import { projectorOf } from './expression/project.ts';
import { type Path, resolvePath, type Scope } from './expression/scope.ts';
import type { DocumentPath, Parsed } from './expression/syntax.ts';
import { type Input, optionalString, requiredRecord } from './input.ts';
import { type Key, keyOfRequest } from './keys.ts';
import type { Table } from './table.ts';

export const readProjection = (input: Input): Parsed<readonly DocumentPath[]> | undefined => {
  const text = optionalString(input, 'ProjectionExpression');
  return text === undefined ? undefined : parseProjection('ProjectionExpression', text);
};

/** The paths that a projection keeps, checked against each other. */
export const projectedPaths = (projection: Parsed<readonly DocumentPath[]>, scope: Scope): readonly Path[] => {
  const paths = projection.tree.map((path) => resolvePath(path, scope));
  checkPathsDisjoint('ProjectionExpression', paths);
  return paths;
};

const whole = (item: Item): Item => item;

export const projectorIn = (projection: Parsed<readonly DocumentPath[]> | undefined, scope: Scope): ((item: Item) => Item) =>
  projection ? projectorOf(projectedPaths(projection, scope)) : whole;

export interface FoundItem {
  /** The whole item, undefined if there is none. */
  readonly item: Item | undefined;
  readonly bytes: number;
  readonly consumed: Consumed;
}

/** The key in a request's `Key`. */
export const readKey = (table: Table, input: Input): Key =>
  keyOfRequest(parseItem(requiredRecord(input, 'Key')), table.definition.key);

export const readItem = (table: Table, key: Key, consistency: 'strong' | 'eventual'): FoundItem => {
  const found = table.get(key);
  const bytes = found?.bytes ?? 0;
  return { item: found?.item, bytes, consumed: consumedByTable('read', readUnits(bytes, consistency === 'strong')) };
};
