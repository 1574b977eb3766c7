import { invalidPattern } from './invalid-pattern.ts';
import { compileCondition, type Condition } from './pattern-condition.ts';

/** Says whether an event (a JSON value) matches. */
export type EventMatcher = (event: unknown) => boolean;

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Compiles an event pattern.
 * Rules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @throws AwsError `InvalidEventPatternException` where it is malformed
 */
export const compilePattern = (pattern: unknown): EventMatcher => {
  const parsed = typeof pattern === 'string' ? parse(pattern) : pattern;
  return compileObject(parsed, '');
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidPattern('', 'The pattern is not JSON');
  }
};

const compileObject = (pattern: unknown, at: string): EventMatcher => {
  if (!isObject(pattern)) throw invalidPattern(at, 'Event pattern must be an object or a list');
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalidPattern(at, 'Empty objects are not allowed');
  const matchers = fields.map(([name, value]) => compileField(name, value, at === '' ? name : `${at}.${name}`));
  return (event) => {
    if (!Array.isArray(event)) return matchers.every((matches) => matches(isObject(event) ? event : {}));
    // All conditions on a list of objects must hold for one and the same of them.
    const objects = event.filter((element) => isObject(element));
    return (objects.length > 0 ? objects : [{}]).some((element) => matchers.every((matches) => matches(element)));
  };
};

const compileField = (name: string, value: unknown, at: string): ((event: JsonObject) => boolean) => {
  if (name === '$or') {
    const alternatives: readonly unknown[] = Array.isArray(value) ? value : [];
    if (alternatives.length < 2) throw invalidPattern(at, '$or must be a list of two or more patterns');
    const matchers = alternatives.map((alternative, index) => compileObject(alternative, `${at}[${index}]`));
    return (event) => matchers.some((matches) => matches(event));
  }
  if (isObject(value)) {
    const matches = compileObject(value, at);
    return (event) => matches(event[name]);
  }
  if (!Array.isArray(value)) throw invalidPattern(at, `"${name}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern(at, 'Empty arrays are not allowed');
  const conditions = value.map((condition) => compileCondition(condition, at));
  return (event) => matchesField(conditions, event[name]);
};

/** A field matches where any alternative holds for any of its values; an object is no value, and neither is an empty list. */
const matchesField = (conditions: readonly Condition[], value: unknown): boolean => {
  const values: readonly unknown[] = (Array.isArray(value) ? value.flat(Infinity) : [value]).filter(
    (leaf) => leaf !== undefined && (leaf === null || typeof leaf !== 'object'),
  );
  return conditions.some((condition) =>
    condition.kind === 'exists' ? condition.exists === values.length > 0 : values.some(condition.test),
  );
};
