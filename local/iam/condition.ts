import { operators } from './condition-operators.ts';
import type { Operator, ValueTest } from './condition-operators.ts';
import { cannotEvaluate } from './errors.ts';
import { conditionKeysAreKnown } from './known-keys.ts';
import type { RequestContext } from './request-context.ts';

/** Whether a request meets a statement's whole Condition. */
export type Condition = (context: RequestContext) => boolean;

interface ConditionPlace {
  readonly where: string;
  readonly hasVariables: boolean;
}

type Quantifier = 'ForAllValues' | 'ForAnyValue';

interface OperatorName {
  readonly quantifier?: Quantifier;
  readonly base: string;
  readonly ifExists: boolean;
}

/**
 * Reads the Condition element of a statement: all operators and all keys must hold, of several values one.
 * @throws UnsupportedError for an operator, key or value that cannot be evaluated
 */
export const parseCondition = (value: unknown, place: ConditionPlace): Condition => {
  const tests = Object.entries(objectOf(value, place)).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys, place)).map(([key, operands]) => parseTest(operator, key, textsOf(operands, place), place)),
  );
  return (context) => tests.every((test) => test(context));
};

const parseTest = (operator: string, key: string, operands: readonly string[], place: ConditionPlace): Condition => {
  const { where } = place;
  if (!conditionKeysAreKnown(key)) throw cannotEvaluate(where, `the condition key ${key}`);
  const name = parseOperatorName(operator);
  const valuesIn = (context: RequestContext): readonly string[] => {
    const values = context(key);
    if (values === undefined) throw cannotEvaluate(where, `the condition key ${key} for this request`);
    return values;
  };
  if (name.base === 'Null') return parseNull(operator, name, operands, place, valuesIn);

  const known: Operator | undefined = Object.hasOwn(operators, name.base) ? operators[name.base] : undefined;
  if (!known) throw cannotEvaluate(where, `the condition operator ${operator}`);
  const tests = operands.map((operand): ValueTest => {
    const test = known.compile(operand, place);
    if (!test) throw cannotEvaluate(where, `${operator} of ${key} with the value ${JSON.stringify(operand)}`);
    return test;
  });
  const meets = (value: string, context: RequestContext): boolean => tests.some((test) => test(value, context)) !== known.negated;

  return (context) => {
    const values = valuesIn(context);
    if (values.length === 0) {
      if (name.ifExists || name.quantifier === 'ForAllValues') return true;
      return name.quantifier === 'ForAnyValue' ? false : known.negated;
    }
    if (name.quantifier === 'ForAllValues') return values.every((value) => meets(value, context));
    if (name.quantifier === 'ForAnyValue') return values.some((value) => meets(value, context));
    if (values.length > 1) throw cannotEvaluate(where, `${operator} of ${key}, which has several values, without a set operator`);
    return meets(values[0] ?? '', context);
  };
};

/** `Null` holds for `true` where the key is absent. */
const parseNull = (
  operator: string,
  name: OperatorName,
  operands: readonly string[],
  { where }: ConditionPlace,
  valuesIn: (context: RequestContext) => readonly string[],
): Condition => {
  const wanted = operands.map((operand) => operand.toLowerCase());
  if (name.quantifier || name.ifExists || wanted.some((operand) => operand !== 'true' && operand !== 'false'))
    throw cannotEvaluate(where, `the condition operator ${operator} with ${JSON.stringify(operands)}`);
  return (context) => wanted.includes(String(valuesIn(context).length === 0));
};

const parseOperatorName = (operator: string): OperatorName => {
  const colon = operator.indexOf(':');
  const quantifier = colon < 0 ? undefined : operator.slice(0, colon);
  const rest = operator.slice(colon + 1);
  const ifExists = rest.endsWith('IfExists');
  const base = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  if (quantifier === 'ForAllValues' || quantifier === 'ForAnyValue') return { quantifier, base, ifExists };
  return { base: quantifier === undefined ? base : operator, ifExists };
};

const objectOf = (value: unknown, { where }: ConditionPlace): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw cannotEvaluate(where, `the Condition ${JSON.stringify(value)}`);
};

const textsOf = (value: unknown, { where }: ConditionPlace): readonly string[] => {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') return String(one);
    throw cannotEvaluate(where, `the condition value ${JSON.stringify(one)}`);
  });
};
