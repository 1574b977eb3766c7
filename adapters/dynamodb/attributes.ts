import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** What items of ours hold: JSON, without lists of numbers as sets and without binary. */
export type Storable = string | number | boolean | null | readonly Storable[] | { readonly [key: string]: Storable | undefined };

export const text = (value: string): AttributeValue => ({ S: value });
/**
 * DynamoDB refuses a number nearer to zero than this, and a p-value of thousands of tickets is
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number).
 */
const SMALLEST_NUMBER = 1e-130;

/** What cannot be told from zero is stored as zero. */
export const number = (value: number): AttributeValue => ({ N: String(Math.abs(value) < SMALLEST_NUMBER ? 0 : value) });

/** JSON as an attribute value; keys without a value are left out. */
export function toAttribute(value: Storable): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  return { M: toItem(value) };
}

export function toItem(record: { readonly [key: string]: Storable | undefined }): Item {
  const item: Item = {};
  for (const [key, value] of Object.entries(record)) if (value !== undefined) item[key] = toAttribute(value);
  return item;
}

// Array.isArray does not narrow readonly arrays.
const isList = (value: readonly Storable[] | { readonly [key: string]: Storable | undefined }): value is readonly Storable[] =>
  Array.isArray(value);

/** An item as plain values, for a schema to parse. Sets and binary, which nobody of ours writes, become undefined. */
export const fromItem = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([key, value]) => [key, fromAttribute(value)]));

function fromAttribute(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromItem(value.M);
  return undefined;
}
