import { ATTRIBUTE_TYPES, type AttributeValue, typeOf } from '../attribute-value.ts';
import { invalid } from '../validation.ts';
import { orderOf } from './evaluate-condition.ts';
import { type Scope, valueOf } from './scope.ts';
import type { Condition, ExpressionKind, Operand } from './syntax.ts';

const ORDERED: ReadonlySet<string> = new Set(['S', 'N', 'B']);
const PREFIXED: ReadonlySet<string> = new Set(['S', 'B']);
const ONLY_TEXT: ReadonlySet<string> = new Set(['S']);

/** Refuses, as DynamoDB does before it looks at any item, literal values of types that their operator cannot take. */
export const checkCondition = (kind: ExpressionKind, condition: Condition, scope: Scope): void => {
  const literal = (operand: Operand): AttributeValue | undefined =>
    operand.kind === 'value' ? valueOf(operand, scope) : undefined;

  const checkTypes = (operator: string, operands: readonly Operand[], allowed: ReadonlySet<string>): void => {
    for (const operand of operands) {
      const value = literal(operand);
      if (!value || allowed.has(typeOf(value))) continue;
      throw invalid(
        `Invalid ${kind}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(value)}`,
      );
    }
  };

  const checkBounds = (lower: AttributeValue | undefined, upper: AttributeValue | undefined): void => {
    if (!lower || !upper) return;
    const order = orderOf(lower, upper);
    if (order === undefined) {
      throw invalid(
        `Invalid ${kind}: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: ` +
          `AttributeValue: ${JSON.stringify(lower)}, upper bound operand: AttributeValue: ${JSON.stringify(upper)}`,
      );
    }
    if (order > 0) {
      throw invalid(
        `Invalid ${kind}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: ` +
          `AttributeValue: ${JSON.stringify(lower)}, upper bound operand: AttributeValue: ${JSON.stringify(upper)}`,
      );
    }
  };

  switch (condition.kind) {
    case 'and':
    case 'or':
      checkCondition(kind, condition.left, scope);
      checkCondition(kind, condition.right, scope);
      return;
    case 'not':
      checkCondition(kind, condition.condition, scope);
      return;
    case 'compare':
      if (condition.comparator !== '=' && condition.comparator !== '<>') {
        checkTypes(condition.comparator, [condition.left, condition.right], ORDERED);
      }
      return;
    case 'between':
      checkTypes('BETWEEN', [condition.operand, condition.lower, condition.upper], ORDERED);
      checkBounds(literal(condition.lower), literal(condition.upper));
      return;
    case 'begins_with':
      checkTypes('begins_with', [condition.left, condition.right], PREFIXED);
      return;
    case 'attribute_type': {
      checkTypes('attribute_type', [condition.right], ONLY_TEXT);
      const type = literal(condition.right);
      if (type && 'S' in type && !ATTRIBUTE_TYPES.has(type.S)) {
        throw invalid(
          `Invalid ${kind}: Invalid attribute type name found; type: ${type.S}, valid types: {${[...ATTRIBUTE_TYPES].join(',')}}`,
        );
      }
      return;
    }
    default:
  }
};
