import { type AttributeType, type AttributeValue, attributeOf, type Item, setAttribute, typeOf } from '../attribute-value.ts';
import { addNumbers, subtractNumbers } from '../number.ts';
import { invalid } from '../validation.ts';
import { checkPathsDisjoint } from './paths.ts';
import { readPath } from './read-path.ts';
import { type Path, resolvePath, type Scope, valueOf } from './scope.ts';
import type { Assigned, UpdateAction } from './syntax.ts';

const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
const WRONG_PATH = 'The document path provided in the update expression is invalid for update';

export interface Updated {
  readonly item: Item;
  /** The paths that the expression names, in its order. */
  readonly paths: readonly Path[];
}

/** A change of one path: to a value, or to nothing. */
interface Change {
  readonly path: Path;
  readonly value: AttributeValue | undefined;
}

/**
 * Applies an update. Every operand is read from the item as it was; the item itself is not changed.
 * @param keys names of the key attributes, which no update may touch
 */
export const applyUpdate = (actions: readonly UpdateAction[], item: Item, scope: Scope, keys: readonly string[]): Updated => {
  const paths = actions.map(({ path }) => resolvePath(path, scope));
  checkPathsDisjoint('UpdateExpression', paths);
  for (const path of paths) {
    if (keys.includes(path[0] as string)) {
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${path[0]}. This attribute is part of the key`,
      );
    }
  }
  const changes = actions.map((action, index) => changeOf(action, paths[index] as Path, item, scope));
  // Values first, those behind a list's end in order of index; then removals from the end, since each shifts what follows.
  const sets = changes.filter(({ value }) => value !== undefined).toSorted(byLastIndex);
  const removals = changes.filter(({ value }) => value === undefined).toSorted((one, two) => byLastIndex(two, one));
  let updated = item;
  for (const change of [...sets, ...removals]) updated = changeMap(updated, change, 0);
  return { item: updated, paths };
};

const byLastIndex = (one: Change, two: Change): number => {
  const [first, second] = [one.path.at(-1), two.path.at(-1)];
  return typeof first === 'number' && typeof second === 'number' ? first - second : 0;
};

const changeOf = (action: UpdateAction, path: Path, item: Item, scope: Scope): Change => {
  switch (action.kind) {
    case 'set':
      return { path, value: evaluate(action.value, item, scope) };
    case 'remove':
      return { path, value: undefined };
    case 'add':
      return { path, value: addTo(readPath(item, path), valueOf(action.value, scope)) };
    case 'delete':
      return { path, value: deleteFrom(readPath(item, path), valueOf(action.value, scope)) };
  }
};

const evaluate = (assigned: Assigned, item: Item, scope: Scope): AttributeValue => {
  switch (assigned.kind) {
    case 'value':
      return valueOf(assigned, scope);
    case 'path': {
      const value = readPath(item, resolvePath(assigned, scope));
      if (!value) throw invalid('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'if_not_exists':
      return readPath(item, resolvePath(assigned.path, scope)) ?? evaluate(assigned.otherwise, item, scope);
    case 'list_append': {
      const left = evaluate(assigned.left, item, scope);
      const right = evaluate(assigned.right, item, scope);
      if (!('L' in left)) throw wrongOperand(assigned.left, 'list_append', left);
      if (!('L' in right)) throw wrongOperand(assigned.right, 'list_append', right);
      return freezeValue({ L: Object.freeze([...left.L, ...right.L]) });
    }
    case 'plus':
    case 'minus': {
      const left = evaluate(assigned.left, item, scope);
      const right = evaluate(assigned.right, item, scope);
      const operator = assigned.kind === 'plus' ? '+' : '-';
      if (!('N' in left)) throw wrongOperand(assigned.left, operator, left);
      if (!('N' in right)) throw wrongOperand(assigned.right, operator, right);
      return freezeValue({ N: assigned.kind === 'plus' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) });
    }
  }
};

const freezeValue = (value: AttributeValue): AttributeValue => Object.freeze(value);

const wrongOperand = (operand: Assigned, operator: string, value: AttributeValue): Error =>
  operand.kind === 'value'
    ? invalid(
        `Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(value)}`,
      )
    : invalid(WRONG_TYPE);

const SETS = ['SS', 'NS', 'BS'] as const;

const elementsOf = (value: AttributeValue, type: (typeof SETS)[number]): readonly string[] | undefined =>
  (value as Partial<Record<AttributeType, readonly string[]>>)[type];

const setOf = (type: (typeof SETS)[number], elements: readonly string[]): AttributeValue =>
  freezeValue({ [type]: Object.freeze(elements) } as unknown as AttributeValue);

const addTo = (present: AttributeValue | undefined, added: AttributeValue): AttributeValue => {
  const type = SETS.find((name) => name in added);
  if (!type && !('N' in added)) throw wrongSetOperand('ADD', added);
  if (!present) return added;
  if ('N' in added) {
    if (!('N' in present)) throw invalid(WRONG_TYPE);
    return freezeValue({ N: addNumbers(present.N, added.N) });
  }
  const elements = type && elementsOf(present, type);
  if (!type || !elements) throw invalid(WRONG_TYPE);
  return setOf(type, [...new Set([...elements, ...(elementsOf(added, type) ?? [])])]);
};

const deleteFrom = (present: AttributeValue | undefined, deleted: AttributeValue): AttributeValue | undefined => {
  const type = SETS.find((name) => name in deleted);
  if (!type) throw wrongSetOperand('DELETE', deleted);
  if (!present) return undefined;
  const elements = elementsOf(present, type);
  if (!elements) throw invalid(WRONG_TYPE);
  const gone = new Set(elementsOf(deleted, type));
  const left = elements.filter((element) => !gone.has(element));
  // DynamoDB has no empty sets: the attribute goes with its last element.
  return left.length > 0 ? setOf(type, left) : undefined;
};

const wrongSetOperand = (operator: string, value: AttributeValue): Error =>
  invalid(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeOf(value)}, ` +
      `typeSet: ${operator === 'ADD' ? 'ALLOWED_FOR_ADD_OPERAND' : 'ALLOWED_FOR_DELETE_OPERAND'}`,
  );

/** A copy of the map with one change at or below the path's step `depth`; what the path does not touch is shared. */
const changeMap = (map: Item, change: Change, depth: number): Item => {
  const name = change.path[depth];
  if (typeof name !== 'string') throw invalid(WRONG_PATH);
  const present = attributeOf(map, name);
  const value = depth === change.path.length - 1 ? change.value : changeWithin(present, change, depth + 1);
  if (value === undefined && present === undefined) return map;
  const changed: Record<string, AttributeValue> = { ...map };
  if (value === undefined) delete changed[name];
  else setAttribute(changed, name, value);
  return Object.freeze(changed);
};

const changeList = (list: readonly AttributeValue[], change: Change, depth: number): readonly AttributeValue[] => {
  const index = change.path[depth];
  if (typeof index !== 'number') throw invalid(WRONG_PATH);
  const value = depth === change.path.length - 1 ? change.value : changeWithin(list[index], change, depth + 1);
  if (value === undefined) return Object.freeze(list.toSpliced(index, 1));
  return Object.freeze(index < list.length ? list.with(index, value) : [...list, value]);
};

const changeWithin = (value: AttributeValue | undefined, change: Change, depth: number): AttributeValue => {
  if (value && 'M' in value) return freezeValue({ M: changeMap(value.M, change, depth) });
  if (value && 'L' in value && typeof change.path[depth] === 'number')
    return freezeValue({ L: changeList(value.L, change, depth) });
  throw invalid(WRONG_PATH);
};
