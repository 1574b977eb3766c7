import { AssemblyError } from './errors.ts';

/** A JSON object as it came out of a file: nothing is known of its members yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; an absent one is empty. */
export const objectOf = (value: unknown, where: string): JsonObject => {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw new AssemblyError(`${where} must be an object, but is ${JSON.stringify(value)}`);
};

export const listOf = (value: unknown, where: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new AssemblyError(`${where} must be a list, but is ${JSON.stringify(value)}`);
};

export const textOf = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  throw new AssemblyError(`${where} must be a string, but is ${JSON.stringify(value) ?? 'missing'}`);
};

export const optionalText = (value: unknown, where: string): string | undefined =>
  value === undefined || value === null ? undefined : textOf(value, where);

/** CloudFormation accepts numbers written as strings. */
export const optionalNumber = (value: unknown, where: string): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new AssemblyError(`${where} must be a number, but is ${JSON.stringify(value)}`);
};

/** CloudFormation accepts booleans written as strings. */
export const optionalBoolean = (value: unknown, where: string): boolean | undefined => {
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new AssemblyError(`${where} must be true or false, but is ${JSON.stringify(value)}`);
};
