import { isWithin } from '../../limit.ts';
import { type AttributeValue, parseValue } from '../attribute-value.ts';
import type { Input } from '../input.ts';
import { dynamoDbLimits } from '../limits.ts';
import { invalid } from '../validation.ts';
import type { DocumentPath, Parsed, PathStep, Placeholder } from './syntax.ts';

/** What a call's expressions mean by `#names` and `:values`. */
export interface Scope {
  readonly names: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, AttributeValue>;
}

/** A path whose aliases are resolved. */
export type Path = readonly (string | number)[];

const EMPTY: ReadonlyMap<string, never> = new Map<string, never>();

const readNames = (given: unknown): ReadonlyMap<string, string> => {
  if (given === undefined) return EMPTY;
  const names = Object.entries(given as Record<string, unknown>);
  if (names.length === 0) throw invalid('ExpressionAttributeNames must not be empty');
  for (const [alias, name] of names) {
    if (!/^#[A-Za-z0-9_]+$/.test(alias) || !isWithin(dynamoDbLimits.alias, alias.length)) {
      throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${alias}"`);
    }
    if (typeof name !== 'string' || name === '') {
      throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${alias}`);
    }
  }
  return new Map(names as [string, string][]);
};

const readValues = (given: unknown): ReadonlyMap<string, AttributeValue> => {
  if (given === undefined) return EMPTY;
  const entries = Object.entries(given as Record<string, unknown>);
  if (entries.length === 0) throw invalid('ExpressionAttributeValues must not be empty');
  const values = new Map<string, AttributeValue>();
  for (const [name, value] of entries) {
    if (!/^:[A-Za-z0-9_]+$/.test(name) || !isWithin(dynamoDbLimits.alias, name.length)) {
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
    }
    values.set(name, parseValue(value));
  }
  return values;
};

const checkUnused = (member: string, given: ReadonlyMap<string, unknown>, used: (name: string) => boolean): void => {
  const unused = [...given.keys()].filter((name) => !used(name));
  if (unused.length > 0) throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
};

/**
 * Reads ExpressionAttributeNames and ExpressionAttributeValues.
 * @throws ValidationException if an expression uses what is not given, or if something given is used by none
 */
export const readScope = (input: Input, expressions: readonly (Parsed<unknown> | undefined)[]): Scope => {
  const scope: Scope = {
    names: readNames(input['ExpressionAttributeNames']),
    values: readValues(input['ExpressionAttributeValues']),
  };
  const present = expressions.filter((expression) => expression !== undefined);
  if (present.length === 0) {
    if (scope.names.size > 0) throw invalid('ExpressionAttributeNames can only be specified when using expressions');
    if (scope.values.size > 0) throw invalid('ExpressionAttributeValues can only be specified when using expressions');
    return scope;
  }
  for (const { kind, aliases, placeholders } of present) {
    for (const alias of aliases) {
      if (scope.names.has(alias)) continue;
      throw invalid(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${alias}`,
      );
    }
    for (const placeholder of placeholders) {
      if (scope.values.has(placeholder)) continue;
      throw invalid(
        `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
  }
  checkUnused('ExpressionAttributeNames', scope.names, (name) => present.some(({ aliases }) => aliases.has(name)));
  checkUnused('ExpressionAttributeValues', scope.values, (name) => present.some(({ placeholders }) => placeholders.has(name)));
  return scope;
};

const resolveStep = (step: PathStep, scope: Scope): string | number =>
  typeof step === 'object' ? (scope.names.get(step.alias) as string) : step;

export const resolvePath = (path: DocumentPath, scope: Scope): Path => path.steps.map((step) => resolveStep(step, scope));

/** The name of the attribute that a path starts at. */
export const rootOf = (path: DocumentPath, scope: Scope): string => resolveStep(path.steps[0] as PathStep, scope) as string;

export const valueOf = (placeholder: Placeholder, scope: Scope): AttributeValue =>
  scope.values.get(placeholder.name) as AttributeValue;

/** A path as DynamoDB's messages write it: `[a, b, [0]]`. */
export const showPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
