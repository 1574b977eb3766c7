import { AwsError } from '../service.ts';
import { dynamoDbLimits } from './limits.ts';
import { canonicalNumber, numberBytes } from './number.ts';
import { invalid, invalidParameter } from './validation.ts';

/** A value in wire form. Numbers are canonical, binaries base64. Everything that the engine holds is deeply frozen. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

export type Item = Readonly<Record<string, AttributeValue>>;

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

export const ATTRIBUTE_TYPES: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']);

export const typeOf = (value: AttributeValue): AttributeType => {
  for (const type in value) return type as AttributeType;
  throw new TypeError('An attribute value has no type');
};

/** Own attributes only: a plain object would also answer to `constructor`. */
export const attributeOf = (item: Item, name: string): AttributeValue | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

/** Sets an attribute whatever its name; a plain assignment to `__proto__` would be lost. */
export const setAttribute = (item: Record<string, AttributeValue>, name: string, value: AttributeValue): void => {
  if (name === '__proto__') Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  else item[name] = value;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (expected: string): AwsError =>
  new AwsError('SerializationException', `An attribute value has another JSON type than expected: ${expected}`);

const parseString = (value: unknown): string => {
  if (typeof value !== 'string') throw malformed('a string');
  return value;
};

const parseBinary = (value: unknown): string => {
  const text = parseString(value);
  if (Buffer.from(text, 'base64').toString('base64') !== text) throw malformed('base64');
  return text;
};

const parseSet = (kind: string, value: unknown, parse: (element: unknown) => string): readonly string[] => {
  if (!Array.isArray(value)) throw malformed('a list');
  if (value.length === 0) throw invalidParameter(`An ${kind} set  may not be empty`);
  const elements = value.map(parse);
  if (new Set(elements).size < elements.length) {
    throw invalidParameter(`Input collection [${elements.join(', ')}] contains duplicates.`);
  }
  return Object.freeze(elements);
};

const parseTyped = (type: string, value: unknown, depth: number): AttributeValue => {
  switch (type) {
    case 'S':
      return { S: parseString(value) };
    case 'N':
      return { N: canonicalNumber(parseString(value)) };
    case 'B':
      return { B: parseBinary(value) };
    case 'BOOL':
      if (typeof value !== 'boolean') throw malformed('a boolean');
      return { BOOL: value };
    case 'NULL':
      if (value !== true) throw invalidParameter('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'SS':
      return { SS: parseSet('string', value, parseString) };
    case 'NS':
      return { NS: parseSet('number', value, (element) => canonicalNumber(parseString(element))) };
    case 'BS':
      return { BS: parseSet('binary', value, parseBinary) };
    case 'L':
      if (!Array.isArray(value)) throw malformed('a list');
      return { L: Object.freeze(value.map((element) => parseValue(element, depth + 1))) };
    case 'M':
      return { M: parseItem(value, depth + 1) };
    default:
      throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
};

/** Checks a value in wire form and returns a frozen copy of it with canonical numbers. */
export const parseValue = (value: unknown, depth = 1): AttributeValue => {
  if (depth > dynamoDbLimits.nesting.most) throw invalid('Nesting Levels have exceeded supported limits');
  if (!isRecord(value)) throw malformed('an object with one type');
  let parsed: AttributeValue | undefined;
  for (const type in value) {
    if (value[type] === undefined) continue;
    if (parsed) {
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    parsed = parseTyped(type, value[type], depth);
  }
  if (!parsed) throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  return Object.freeze(parsed);
};

/** Checks an item (or a map) in wire form and returns a frozen copy of it. */
export const parseItem = (value: unknown, depth = 0): Item => {
  if (!isRecord(value)) throw malformed('an object of attribute values');
  const item: Record<string, AttributeValue> = {};
  for (const name in value) {
    if (value[name] === undefined) continue;
    if (Buffer.byteLength(name) > dynamoDbLimits.attributeName.most)
      throw invalid('Attribute name is too large, must be less than 64Kb long');
    setAttribute(item, name, parseValue(value[name], depth + 1));
  }
  return Object.freeze(item);
};

const binaryBytes = (base64: string): number => Buffer.byteLength(base64, 'base64');

const sum = <T>(elements: readonly T[], bytes: (element: T) => number): number => {
  let total = 0;
  for (const element of elements) total += bytes(element);
  return total;
};

/** Bytes a value counts for in limits and capacity units, without its name. */
export const valueBytes = (value: AttributeValue): number => {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('B' in value) return binaryBytes(value.B);
  if ('SS' in value) return sum(value.SS, (element) => Buffer.byteLength(element));
  if ('NS' in value) return sum(value.NS, numberBytes);
  if ('BS' in value) return sum(value.BS, binaryBytes);
  if ('L' in value) return 3 + sum(value.L, (element) => 1 + valueBytes(element));
  if ('M' in value) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
};

/**
 * Bytes an item counts for.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: Item): number => {
  let total = 0;
  for (const name in item) total += Buffer.byteLength(name) + valueBytes(item[name] as AttributeValue);
  return total;
};

const sameSet = (left: readonly string[], right: readonly string[]): boolean => {
  if (left.length !== right.length) return false;
  const elements = new Set(left);
  return right.every((element) => elements.has(element));
};

/** Deep equality as DynamoDB's `=` sees it: same type, sets in any order. */
export const equalValues = (left: AttributeValue, right: AttributeValue): boolean => {
  if (left === right) return true;
  if ('S' in left) return 'S' in right && left.S === right.S;
  if ('N' in left) return 'N' in right && left.N === right.N;
  if ('B' in left) return 'B' in right && left.B === right.B;
  if ('BOOL' in left) return 'BOOL' in right && left.BOOL === right.BOOL;
  if ('NULL' in left) return 'NULL' in right;
  if ('SS' in left) return 'SS' in right && sameSet(left.SS, right.SS);
  if ('NS' in left) return 'NS' in right && sameSet(left.NS, right.NS);
  if ('BS' in left) return 'BS' in right && sameSet(left.BS, right.BS);
  if ('L' in left) {
    if (!('L' in right) || left.L.length !== right.L.length) return false;
    const others = right.L;
    return left.L.every((element, index) => equalValues(element, others[index] as AttributeValue));
  }
  return 'M' in right && equalItems(left.M, right.M);
};

export const equalItems = (left: Item, right: Item): boolean => {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const other = attributeOf(right, name);
    return other !== undefined && equalValues(left[name] as AttributeValue, other);
  });
};
