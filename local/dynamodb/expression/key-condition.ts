import { type AttributeType, type AttributeValue, typeOf } from '../attribute-value.ts';
import { afterPrefix, encodeKey } from '../key-encoding.ts';
import { afterAll, beforeAll, type Cut } from '../sorted-list.ts';
import { invalid, invalidParameter } from '../validation.ts';
import { rootOf, type Scope, valueOf } from './scope.ts';
import type { Condition, DocumentPath, Operand } from './syntax.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: AttributeType;
}

/** What a query reads: one partition, and a stretch of its sort order. */
export interface KeyRange {
  readonly partition: string;
  readonly lower?: Cut;
  readonly upper?: Cut;
}

const unsupported = (): Error => invalid('Query key condition not supported');

/** The tests that a condition requires together, `AND` taken apart. */
const testsOf = (condition: Condition): readonly Condition[] =>
  condition.kind === 'and' ? [...testsOf(condition.left), ...testsOf(condition.right)] : [condition];

/**
 * Turns a key condition into the range of keys that it stands for.
 * @throws ValidationException if it is not one equality on the partition key and at most one test of the sort key
 */
export const keyRangeOf = (condition: Condition, scope: Scope, hash: KeyAttribute, sort: KeyAttribute | undefined): KeyRange => {
  const tests = testsOf(condition).map((test) => ({ test, name: testedName(test, scope) }));
  for (const { name } of tests) {
    if (name !== hash.name && name !== sort?.name) {
      const missed = tests.some((other) => other.name === hash.name) ? sort?.name : hash.name;
      throw missed ? invalid(`Query condition missed key schema element: ${missed}`) : unsupported();
    }
  }
  const onHash = tests.filter(({ name }) => name === hash.name);
  const onSort = tests.filter(({ name }) => name !== hash.name);
  if (onHash.length === 0) throw invalid(`Query condition missed key schema element: ${hash.name}`);
  if (onHash.length > 1 || onSort.length > 1) {
    throw invalid('Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key');
  }
  const [equality] = onHash;
  if (equality?.test.kind !== 'compare' || equality.test.comparator !== '=') throw unsupported();
  const partition = encodeKey(operandOf(equality.test.left, equality.test.right, hash, scope));
  const test = onSort[0]?.test;
  return test && sort ? { partition, ...sortRangeOf(test, sort, scope) } : { partition };
};

const keyPathOf = (operand: Operand): DocumentPath => {
  if (operand.kind !== 'path' || operand.steps.length !== 1) throw unsupported();
  return operand;
};

const testedName = (test: Condition, scope: Scope): string => {
  switch (test.kind) {
    case 'compare':
      return rootOf(keyPathOf(test.left.kind === 'path' ? test.left : test.right), scope);
    case 'between':
      return rootOf(keyPathOf(test.operand), scope);
    case 'begins_with':
      return rootOf(keyPathOf(test.left), scope);
    case 'or':
    case 'not':
      throw invalid(`Invalid operator used in KeyConditionExpression: ${test.kind.toUpperCase()}`);
    case 'in':
      throw invalid('Invalid operator used in KeyConditionExpression: IN');
    case 'and':
      throw unsupported();
    default:
      throw invalid(`Invalid operator used in KeyConditionExpression: ${test.kind}`);
  }
};

const literalOf = (operand: Operand, key: KeyAttribute, scope: Scope): AttributeValue => {
  if (operand.kind !== 'value') throw unsupported();
  const value = valueOf(operand, scope);
  if (typeOf(value) !== key.type) throw invalidParameter('Condition parameter type does not match schema type');
  if (('S' in value && value.S === '') || ('B' in value && value.B === '')) {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${
        'S' in value ? 'string' : 'binary'
      } value. Key: ${key.name}`,
    );
  }
  return value;
};

const operandOf = (left: Operand, right: Operand, key: KeyAttribute, scope: Scope): AttributeValue =>
  literalOf(left.kind === 'path' ? right : left, key, scope);

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '<>': '<>' } as const;

const sortRangeOf = (test: Condition, key: KeyAttribute, scope: Scope): Omit<KeyRange, 'partition'> => {
  if (test.kind === 'between') {
    return {
      lower: beforeAll(encodeKey(literalOf(test.lower, key, scope))),
      upper: afterAll(encodeKey(literalOf(test.upper, key, scope))),
    };
  }
  if (test.kind === 'begins_with') {
    if (key.type === 'N') {
      throw invalid(
        'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      );
    }
    const prefix = encodeKey(literalOf(test.right, key, scope));
    const end = afterPrefix(prefix);
    return { lower: beforeAll(prefix), ...(end === undefined ? {} : { upper: beforeAll(end) }) };
  }
  if (test.kind !== 'compare') throw unsupported();
  const at = encodeKey(operandOf(test.left, test.right, key, scope));
  switch (test.left.kind === 'path' ? test.comparator : MIRRORED[test.comparator]) {
    case '=':
      return { lower: beforeAll(at), upper: afterAll(at) };
    case '<':
      return { upper: beforeAll(at) };
    case '<=':
      return { upper: afterAll(at) };
    case '>':
      return { lower: afterAll(at) };
    case '>=':
      return { lower: beforeAll(at) };
    case '<>':
      throw invalid('Unsupported operator on KeyCondition: operator: <>');
  }
};
