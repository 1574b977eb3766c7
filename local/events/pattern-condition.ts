import { BlockList, isIP } from 'node:net';
import { invalidPattern } from './invalid-pattern.ts';
import { compileWildcard } from './wildcard.ts';

/** One alternative of a field's list: a test of a value, or of there being any. */
export type Condition =
  | { readonly kind: 'value'; readonly test: (value: unknown) => boolean }
  | { readonly kind: 'exists'; readonly exists: boolean };

type Test = (value: unknown) => boolean;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
export const compileCondition = (condition: unknown, at: string): Condition => {
  if (typeof condition !== 'object' || condition === null) return { kind: 'value', test: (value) => value === condition };
  if (Array.isArray(condition)) throw invalidPattern(at, 'A list cannot stand inside a list of values');
  const [[operator, argument] = ['', undefined], ...others] = Object.entries(condition);
  if (others.length > 0) throw invalidPattern(at, 'Only one key allowed in match expression');
  if (operator === 'exists') {
    if (typeof argument !== 'boolean') throw invalidPattern(at, 'exists must be true or false');
    return { kind: 'exists', exists: argument };
  }
  const compile = OPERATORS[operator];
  if (!compile) throw invalidPattern(at, `Unrecognized match type ${operator}`);
  return { kind: 'value', test: compile(argument, at) };
};

const string = (argument: unknown, operator: string, at: string): string => {
  if (typeof argument !== 'string' || argument === '') throw invalidPattern(at, `${operator} must be a string that is not empty`);
  return argument;
};

const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const equalsIgnoreCase = (argument: unknown, at: string): Test => {
  const wanted = string(argument, 'equals-ignore-case', at).toLowerCase();
  return onText((text) => text.toLowerCase() === wanted);
};

/** `prefix` and `suffix` take a string, or an `equals-ignore-case` around one. */
const affix =
  (operator: 'prefix' | 'suffix') =>
  (argument: unknown, at: string): Test => {
    const isAt = (text: string, wanted: string): boolean =>
      operator === 'prefix' ? text.startsWith(wanted) : text.endsWith(wanted);
    const ignoringCase = onlyKey(argument, 'equals-ignore-case');
    if (ignoringCase === undefined) {
      const wanted = string(argument, operator, at);
      return onText((text) => isAt(text, wanted));
    }
    const wanted = string(ignoringCase, operator, at).toLowerCase();
    return onText((text) => isAt(text.toLowerCase(), wanted));
  };

const onlyKey = (value: unknown, key: string): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[0] === key ? entries[0][1] : undefined;
};

const wildcard = (argument: unknown, at: string): Test => onText(compileWildcard(string(argument, 'wildcard', at), at));

/** The bounds that EventBridge sets for numbers in patterns. */
const MAX_NUMBER = 5_000_000_000;

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const numeric = (argument: unknown, at: string): Test => {
  const terms: readonly unknown[] = Array.isArray(argument) ? argument : [];
  const read = (index: number): { readonly operator: string; readonly bound: number } => {
    const operator = terms[index];
    const bound = terms[index + 1];
    if (typeof operator !== 'string' || !COMPARISONS[operator])
      throw invalidPattern(at, `Unrecognized numeric range operator ${String(operator)}`);
    if (typeof bound !== 'number' || Math.abs(bound) > MAX_NUMBER)
      throw invalidPattern(at, `A numeric bound must be a number within ±${MAX_NUMBER}`);
    return { operator, bound };
  };
  if (terms.length !== 2 && terms.length !== 4)
    throw invalidPattern(at, 'numeric must be an operator and a number, or two of each');
  const first = read(0);
  const second = terms.length === 4 ? read(2) : undefined;
  if (second && (!first.operator.startsWith('>') || !second.operator.startsWith('<'))) {
    throw invalidPattern(at, 'A numeric range has its lower bound first and its upper bound second');
  }
  if (second && first.bound >= second.bound) throw invalidPattern(at, 'Bottom must be less than top');
  return (value) =>
    typeof value === 'number' &&
    COMPARISONS[first.operator]!(value, first.bound) &&
    (!second || COMPARISONS[second.operator]!(value, second.bound));
};

const cidr = (argument: unknown, at: string): Test => {
  const [address = '', bits] = string(argument, 'cidr', at).split('/');
  const family = isIP(address);
  const maxBits = family === 6 ? 128 : 32;
  const prefix = bits === undefined ? maxBits : Number(bits);
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > maxBits) throw invalidPattern(at, 'Malformed CIDR');
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, prefix, type);
  return onText((text) => isIP(text) === family && block.check(text, type));
};

/** The forms of `anything-but` that wrap another operator; each takes a string or a list of them. */
const ANYTHING_BUT: Readonly<Record<string, (argument: unknown, at: string) => Test>> = {
  prefix: affix('prefix'),
  suffix: affix('suffix'),
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
};

const anythingBut = (argument: unknown, at: string): Test => {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [[operator, inner] = ['', undefined], ...others] = Object.entries(argument);
    const compile = ANYTHING_BUT[operator];
    if (!compile || others.length > 0) throw invalidPattern(at, `Unsupported anything-but pattern ${operator}`);
    const tests = notEmpty(Array.isArray(inner) ? inner : [inner], at).map((one) => compile(one, at));
    return (value) => tests.every((test) => !test(value));
  }
  const excluded = notEmpty(Array.isArray(argument) ? argument : [argument], at);
  const [type] = excluded.map((value) => typeof value);
  if ((type !== 'string' && type !== 'number') || excluded.some((value) => typeof value !== type)) {
    throw invalidPattern(at, 'Value of anything-but must be a string, a number, or a list of one of them');
  }
  return (value) => !excluded.includes(value);
};

const notEmpty = (list: readonly unknown[], at: string): readonly unknown[] => {
  if (list.length === 0) throw invalidPattern(at, 'An empty list matches nothing');
  return list;
};

const OPERATORS: Readonly<Record<string, (argument: unknown, at: string) => Test>> = {
  prefix: affix('prefix'),
  suffix: affix('suffix'),
  'equals-ignore-case': equalsIgnoreCase,
  'anything-but': anythingBut,
  numeric,
  cidr,
  wildcard,
};
