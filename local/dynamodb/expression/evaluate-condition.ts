import { type AttributeValue, equalValues, type Item, typeOf } from '../attribute-value.ts';
import { sortableBinary, sortableText } from '../key-encoding.ts';
import { compareNumbers } from '../number.ts';
import { readPath } from './read-path.ts';
import { resolvePath, type Scope, valueOf } from './scope.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

/** Whether the condition holds for the item; an item that does not exist is an empty one. */
export const evaluateCondition = (condition: Condition, item: Item, scope: Scope): boolean => {
  const value = (operand: Operand): AttributeValue | undefined => evaluateOperand(operand, item, scope);
  switch (condition.kind) {
    case 'and':
      return evaluateCondition(condition.left, item, scope) && evaluateCondition(condition.right, item, scope);
    case 'or':
      return evaluateCondition(condition.left, item, scope) || evaluateCondition(condition.right, item, scope);
    case 'not':
      return !evaluateCondition(condition.condition, item, scope);
    case 'compare':
      return compare(condition.comparator, value(condition.left), value(condition.right));
    case 'between': {
      const operand = value(condition.operand);
      return compare('>=', operand, value(condition.lower)) && compare('<=', operand, value(condition.upper));
    }
    case 'in': {
      const operand = value(condition.operand);
      return condition.candidates.some((candidate) => compare('=', operand, value(candidate)));
    }
    case 'attribute_exists':
      return value(condition.path) !== undefined;
    case 'attribute_not_exists':
      return value(condition.path) === undefined;
    case 'attribute_type': {
      const operand = value(condition.left);
      const type = value(condition.right);
      return operand !== undefined && type !== undefined && 'S' in type && typeOf(operand) === type.S;
    }
    case 'begins_with':
      return beginsWith(value(condition.left), value(condition.right));
    case 'contains':
      return contains(value(condition.left), value(condition.right));
  }
};

const evaluateOperand = (operand: Operand, item: Item, scope: Scope): AttributeValue | undefined => {
  if (operand.kind === 'value') return valueOf(operand, scope);
  if (operand.kind === 'path') return readPath(item, resolvePath(operand, scope));
  const sized = readPath(item, resolvePath(operand.of, scope));
  const size = sized && sizeOf(sized);
  return size === undefined ? undefined : { N: String(size) };
};

/** What `size()` says of a value: length of text, bytes of a binary, number of elements; nothing for other types. */
const sizeOf = (value: AttributeValue): number | undefined => {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  if ('BS' in value) return value.BS.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return undefined;
};

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The order of two values of one type that has one; undefined for all others. */
export const orderOf = (left: AttributeValue, right: AttributeValue): number | undefined => {
  if ('S' in left) return 'S' in right ? compareText(sortableText(left.S), sortableText(right.S)) : undefined;
  if ('N' in left) return 'N' in right ? compareNumbers(left.N, right.N) : undefined;
  if ('B' in left) return 'B' in right ? compareText(sortableBinary(left.B), sortableBinary(right.B)) : undefined;
  return undefined;
};

const compare = (comparator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean => {
  if (comparator === '=') return left !== undefined && right !== undefined && equalValues(left, right);
  // A missing attribute differs from every value.
  if (comparator === '<>') return left === undefined || right === undefined || !equalValues(left, right);
  const order = left && right && orderOf(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
};

const beginsWith = (value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean => {
  if (!value || !prefix) return false;
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  return 'B' in value && 'B' in prefix && sortableBinary(value.B).startsWith(sortableBinary(prefix.B));
};

const contains = (value: AttributeValue | undefined, element: AttributeValue | undefined): boolean => {
  if (!value || !element) return false;
  if ('S' in value) return 'S' in element && value.S.includes(element.S);
  if ('B' in value) return 'B' in element && sortableBinary(value.B).includes(sortableBinary(element.B));
  if ('SS' in value) return 'S' in element && value.SS.includes(element.S);
  if ('NS' in value) return 'N' in element && value.NS.includes(element.N);
  if ('BS' in value) return 'B' in element && value.BS.includes(element.B);
  return 'L' in value && value.L.some((member) => equalValues(member, element));
};
