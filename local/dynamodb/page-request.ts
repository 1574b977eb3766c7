import { attributeOf, type Item, parseItem, typeOf } from './attribute-value.ts';
import { readCapacityReport, reportCapacity } from './capacity.ts';
import { type Engine, findIndex, tableOf } from './engine.ts';
import { checkCondition } from './expression/check-condition.ts';
import { evaluateCondition } from './expression/evaluate-condition.ts';
import { parseCondition } from './expression/parse.ts';
import { projectorOf } from './expression/project.ts';
import { type Path, readScope, type Scope } from './expression/scope.ts';
import type { Condition, Parsed } from './expression/syntax.ts';
import { type Input, optionalBoolean, optionalChoice, optionalInteger, optionalString, requiredRecord } from './input.ts';
import { keyAttributes, keyInIndex, keyOfItem, tieOf } from './keys.ts';
import type { Entry, Partitions, ScanStart } from './partitions.ts';
import { type PageRequest, readPage } from './read-page.ts';
import { projectedPaths, readProjection } from './read-operation.ts';
import type { SecondaryIndex, Table } from './table.ts';
import type { IndexDefinition, KeyDefinition } from './table-definition.ts';
import { invalid, invalidParameter } from './validation.ts';

const SELECTS = ['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT'] as const;
type Select = (typeof SELECTS)[number];

/** What Query and Scan have in common, read from their request. */
export interface PageSetup {
  readonly table: Table;
  readonly index: SecondaryIndex | undefined;
  readonly partitions: Partitions;
  readonly key: KeyDefinition;
  readonly scope: Scope;
  readonly filter: Parsed<Condition> | undefined;
  readonly start: ScanStart | undefined;
  respond(entries: Iterable<Entry>): Record<string, unknown>;
}

export const readPageSetup = (engine: Engine, input: Input, keyCondition: Parsed<Condition> | undefined): PageSetup => {
  const table = tableOf(engine, input);
  const indexName = optionalString(input, 'IndexName');
  const index = indexName === undefined ? undefined : findIndex(table, indexName);
  const consistency = optionalBoolean(input, 'ConsistentRead') ? 'strong' : 'eventual';
  if (consistency === 'strong' && index?.definition.kind === 'global') {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  const filterText = optionalString(input, 'FilterExpression');
  const filter = filterText === undefined ? undefined : parseCondition('FilterExpression', filterText);
  const projection = readProjection(input);
  const scope = readScope(input, [keyCondition, filter, projection]);
  if (filter) checkCondition(filter.kind, filter.tree, scope);
  const paths = projection && projectedPaths(projection, scope);
  const select = readSelect(input, index?.definition, paths);
  const source = sourceOf(table, index?.definition, select, paths);
  const report = readCapacityReport(input);
  const limit = optionalInteger(input, 'Limit', 1);
  const key = index?.definition.key ?? table.definition.key;

  const respond = (entries: Iterable<Entry>): Record<string, unknown> => {
    const request: PageRequest = {
      entries,
      limit,
      filter: filter && ((item) => evaluateCondition(filter.tree, item, scope)),
      project: paths ? projectorOf(paths) : (item) => item,
      index: index?.definition,
      source,
      consistency,
    };
    const page = readPage(request);
    engine.spend(table, page.consumed);
    return {
      ...(select === 'COUNT' ? {} : { Items: page.items }),
      Count: page.count,
      ScannedCount: page.scannedCount,
      ...(page.last ? { LastEvaluatedKey: keyAttributes(page.last.item, [table.definition.key, key]) } : {}),
      ...reportCapacity(table.definition.name, page.consumed, report),
    };
  };
  const partitions = index?.partitions ?? table.partitions;
  return { table, index, partitions, key, scope, filter, start: readStart(input, table, index), respond };
};

const readSelect = (input: Input, index: IndexDefinition | undefined, paths: readonly Path[] | undefined): Select => {
  const select = optionalChoice(input, 'Select', SELECTS);
  if (paths && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${select}`);
  }
  if (!paths && select === 'SPECIFIC_ATTRIBUTES') {
    throw invalid('Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (!index && select === 'ALL_PROJECTED_ATTRIBUTES') {
    throw invalidParameter('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  return select ?? (paths ? 'SPECIFIC_ATTRIBUTES' : index ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES');
};

/** Whether an index holds all that is asked for; a global one must. */
const sourceOf = (
  table: Table,
  index: IndexDefinition | undefined,
  select: Select,
  paths: readonly Path[] | undefined,
): PageRequest['source'] => {
  if (!index || index.projection.type === 'ALL') return 'entry';
  if (select === 'ALL_ATTRIBUTES') {
    if (index.kind === 'local') return 'base';
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const held = new Set<string | number | undefined>(index.projection.type === 'INCLUDE' ? index.projection.attributes : []);
  for (const { hash, sort } of [table.definition.key, index.key]) held.add(hash.name).add(sort?.name);
  const absent = (paths ?? []).map((path) => path[0]).filter((name) => !held.has(name));
  if (absent.length === 0) return 'entry';
  if (index.kind === 'local') return 'base';
  throw invalidParameter(`Global secondary index ${index.name} does not project [${absent.join(', ')}]`);
};

const readStart = (input: Input, table: Table, index: SecondaryIndex | undefined): ScanStart | undefined => {
  if (input['ExclusiveStartKey'] === undefined) return undefined;
  const given = parseItem(requiredRecord(input, 'ExclusiveStartKey'));
  const keys = index ? [table.definition.key, index.definition.key] : [table.definition.key];
  checkStart(given, keys);
  const base = keyOfItem(given, table.definition.key);
  if (!index) return { partition: base.partition, after: { sort: base.sort, tie: '' } };
  const inIndex = keyInIndex(given, index.definition.key) ?? base;
  return { partition: inIndex.partition, after: { sort: inIndex.sort, tie: tieOf(base) } };
};

const checkStart = (given: Item, keys: readonly KeyDefinition[]): void => {
  const attributes = keys.flatMap(({ hash, sort }) => (sort ? [hash, sort] : [hash]));
  const names = new Set(attributes.map(({ name }) => name));
  const fits = attributes.every(({ name, type }) => {
    const value = attributeOf(given, name);
    return value !== undefined && typeOf(value) === type;
  });
  if (!fits || Object.keys(given).length !== names.size) {
    throw invalid('The provided starting key is invalid: The provided key element does not match the schema');
  }
};
