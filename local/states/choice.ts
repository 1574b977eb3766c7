import { effectiveInput, evaluate, passThrough, probePath } from './io.ts';
import { isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { ChoiceRule, ChoiceState } from './program.ts';
import type { Outcome, Visit } from './runtime.ts';
import { runtimeError, StatesError } from './states-error.ts';

type Kind = 'String' | 'Numeric' | 'Timestamp' | 'Boolean';

const COMPARISON = /^(String|Numeric|Timestamp|Boolean)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/;
const TESTS = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'] as const;

/** Whether a key of a JSONPath choice rule is a comparison that exists. */
export const isComparison = (key: string): boolean =>
  key === 'StringMatches' ||
  TESTS.some((test) => test === key) ||
  (COMPARISON.test(key) && !/^Boolean(?:Less|Greater)/.test(key));

export const runChoice = async (visit: Visit<ChoiceState>): Promise<Outcome> => {
  const { state } = visit;
  const input = effectiveInput(visit);
  for (const rule of state.Choices) {
    const matched = state.language === 'JSONata' ? await holds(visit, rule) : compare(visit, { ...rule }, input);
    if (matched) return { ...(await passThrough(visit, rule)), next: rule.Next };
  }
  if (state.Default === undefined) {
    throw new StatesError('States.NoChoiceMatched', `No choice of the state '${state.name}' matched and it has no Default`);
  }
  return { ...(await passThrough(visit)), next: state.Default };
};

const holds = async (visit: Visit, rule: ChoiceRule): Promise<boolean> => {
  const value = await evaluate(visit, rule.Condition ?? false, 'Condition');
  if (typeof value === 'boolean') return value;
  throw new StatesError(
    'States.QueryEvaluationError',
    `The Condition '${textOf(rule.Condition)}' of the state '${visit.state.name}' yields ${JSON.stringify(value)}, not a boolean`,
  );
};

const compare = (visit: Visit, rule: JsonObject, input: Json): boolean => {
  const { And, Or, Not, Variable } = rule;
  if (Array.isArray(And)) return And.every((part: Json) => isObject(part) && compare(visit, part, input));
  if (Array.isArray(Or)) return Or.some((part: Json) => isObject(part) && compare(visit, part, input));
  if (isObject(Not)) return !compare(visit, Not, input);
  const variable = textOf(Variable);
  const value = probePath(visit, variable, input);
  const operator = Object.keys(rule).find(isComparison) ?? '';
  const expected = rule[operator] ?? null;
  if (operator === 'IsPresent') return (value !== undefined) === expected;
  if (value === undefined) {
    throw runtimeError(`Invalid path '${variable}': The choice state's condition path references an invalid value.`);
  }
  const test = TESTS.find((name) => name === operator);
  if (test) return isOf(test, value) === expected;
  if (operator === 'StringMatches') return typeof value === 'string' && matches(value, textOf(expected));
  const [, kind = '', relation = '', byPath] = COMPARISON.exec(operator) ?? [];
  const other = byPath ? probePath(visit, textOf(expected), input) : expected;
  if (other === undefined) {
    throw runtimeError(`Invalid path '${textOf(expected)}': The choice state's condition path references an invalid value.`);
  }
  const [a, b] = [comparable(kind as Kind, value), comparable(kind as Kind, other)];
  return a !== undefined && b !== undefined && relate(relation, a, b);
};

const isOf = (test: (typeof TESTS)[number], value: Json): boolean => {
  if (test === 'IsNull') return value === null;
  if (test === 'IsNumeric') return typeof value === 'number';
  if (test === 'IsString') return typeof value === 'string';
  if (test === 'IsBoolean') return typeof value === 'boolean';
  return comparable('Timestamp', value) !== undefined;
};

/** RFC 3339 with upper-case T and Z, as the States Language asks. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

export const timestampMs = (value: Json): number | undefined =>
  typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : undefined;

const comparable = (kind: Kind, value: Json): string | number | boolean | undefined => {
  if (kind === 'Timestamp') return timestampMs(value);
  if (kind === 'Boolean') return typeof value === 'boolean' ? value : undefined;
  if (kind === 'Numeric') return typeof value === 'number' ? value : undefined;
  return typeof value === 'string' ? value : undefined;
};

const relate = (relation: string, a: string | number | boolean, b: string | number | boolean): boolean => {
  if (relation === 'Equals') return a === b;
  if (relation === 'LessThan') return a < b;
  if (relation === 'GreaterThan') return a > b;
  return relation === 'LessThanEquals' ? a <= b : a >= b;
};

/** `*` stands for any characters; a backslash takes the next character literally. */
const matches = (value: string, pattern: string): boolean => {
  const source = pattern.replaceAll(
    /\\([\s\S])|(\*)|([.+?^${}()|[\]\\])/g,
    (_, literal: string | undefined, star: string | undefined, special: string) =>
      literal !== undefined ? literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : star ? '[\\s\\S]*' : `\\${special}`,
  );
  return new RegExp(`^${source}$`).test(value);
};
