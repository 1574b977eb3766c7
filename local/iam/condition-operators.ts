import { BlockList, isIP } from 'node:net';
import type { RequestContext } from './request-context.ts';
import { parseTextPattern } from './text-pattern.ts';
import type { TextPattern } from './text-pattern.ts';

/** One value of a condition, ready to be compared with one value of the request. */
export type ValueTest = (value: string, context: RequestContext) => boolean;

export interface Operator {
  /** `StringNotEquals` and its like hold where their opposite does not. */
  readonly negated: boolean;
  /** @returns undefined where the policy's value is none that the operator can compare with */
  readonly compile: (text: string, options: OperandOptions) => ValueTest | undefined;
}

interface OperandOptions {
  readonly where: string;
  readonly hasVariables: boolean;
}

const pattern = (text: string, options: OperandOptions, ignoreCase = false): TextPattern =>
  parseTextPattern(text, { ...options, ignoreCase });

const equals: Operator['compile'] = (text, options) => {
  const operand = pattern(text, options);
  return (value, context) => operand.literal(context) === value;
};

const equalsIgnoringCase: Operator['compile'] = (text, options) => {
  const operand = pattern(text, options);
  return (value, context) => operand.literal(context)?.toLowerCase() === value.toLowerCase();
};

const like: Operator['compile'] = (text, options) => {
  const operand = pattern(text, options);
  return (value, context) => operand.matches(value, context);
};

/** The six parts of an ARN are compared one by one, so that a wildcard does not reach over a colon, except in the last. */
const arnLike: Operator['compile'] = (text, options) => {
  const operands = arnParts(text)?.map((part) => pattern(part, options));
  if (!operands) return undefined;
  return (value, context) => {
    const parts = arnParts(value);
    return parts !== undefined && operands.every((operand, n) => operand.matches(parts[n] ?? '', context));
  };
};

const arnParts = (arn: string): readonly string[] | undefined => {
  // A variable such as ${aws:PrincipalArn} has colons of its own; the local cloud compares it with nothing.
  if (arn.includes('${')) return undefined;
  const [prefix = '', ...parts] = arn.split(':');
  if (parts.length < 5) return arn === '*' ? ['*', '*', '*', '*', '*', '*'] : undefined;
  return [prefix, ...parts.slice(0, 4), parts.slice(4).join(':')];
};

const bool: Operator['compile'] = (text) => {
  const wanted = text.toLowerCase();
  return wanted === 'true' || wanted === 'false' ? (value) => value.toLowerCase() === wanted : undefined;
};

const ordered =
  (read: (text: string) => number | undefined, holds: (value: number, operand: number) => boolean): Operator['compile'] =>
  (text) => {
    const operand = read(text);
    if (operand === undefined) return undefined;
    return (value) => {
      const given = read(value);
      return given !== undefined && holds(given, operand);
    };
  };

const numberOf = (text: string): number | undefined => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};

/** ISO 8601 or seconds since 1970. */
const timeOf = (text: string): number | undefined => {
  const seconds = numberOf(text);
  const ms = seconds !== undefined ? seconds * 1000 : /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

const ipAddress: Operator['compile'] = (text) => {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  const prefix = bits === undefined ? (version === 4 ? 32 : 128) : numberOf(bits);
  if (version === 0 || prefix === undefined || prefix < 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return (value) => {
    const given = isIP(value);
    return given === version && list.check(value, given === 4 ? 'ipv4' : 'ipv6');
  };
};

const holds = (compile: Operator['compile']): Operator => ({ negated: false, compile });
const holdsNot = (compile: Operator['compile']): Operator => ({ negated: true, compile });

const equal = (a: number, b: number): boolean => a === b;
const less = (a: number, b: number): boolean => a < b;
const lessOrEqual = (a: number, b: number): boolean => a <= b;
const greater = (a: number, b: number): boolean => a > b;
const greaterOrEqual = (a: number, b: number): boolean => a >= b;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html, without BinaryEquals and Null. */
export const operators: Readonly<Record<string, Operator>> = {
  StringEquals: holds(equals),
  StringNotEquals: holdsNot(equals),
  StringEqualsIgnoreCase: holds(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: holdsNot(equalsIgnoringCase),
  StringLike: holds(like),
  StringNotLike: holdsNot(like),
  // AWS has the two behave alike, wildcards included.
  ArnEquals: holds(arnLike),
  ArnLike: holds(arnLike),
  ArnNotEquals: holdsNot(arnLike),
  ArnNotLike: holdsNot(arnLike),
  Bool: holds(bool),
  NumericEquals: holds(ordered(numberOf, equal)),
  NumericNotEquals: holdsNot(ordered(numberOf, equal)),
  NumericLessThan: holds(ordered(numberOf, less)),
  NumericLessThanEquals: holds(ordered(numberOf, lessOrEqual)),
  NumericGreaterThan: holds(ordered(numberOf, greater)),
  NumericGreaterThanEquals: holds(ordered(numberOf, greaterOrEqual)),
  DateEquals: holds(ordered(timeOf, equal)),
  DateNotEquals: holdsNot(ordered(timeOf, equal)),
  DateLessThan: holds(ordered(timeOf, less)),
  DateLessThanEquals: holds(ordered(timeOf, lessOrEqual)),
  DateGreaterThan: holds(ordered(timeOf, greater)),
  DateGreaterThanEquals: holds(ordered(timeOf, greaterOrEqual)),
  IpAddress: holds(ipAddress),
  NotIpAddress: holdsNot(ipAddress),
};
