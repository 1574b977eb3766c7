import { UnsupportedError } from '../service.ts';
import { invalid } from './validation.ts';

/** A request's members. */
export type Input = Readonly<Record<string, unknown>>;

const LEGACY: Readonly<Record<string, string>> = {
  AttributesToGet: 'ProjectionExpression',
  AttributeUpdates: 'UpdateExpression',
  Expected: 'ConditionExpression',
  ConditionalOperator: 'ConditionExpression',
  KeyConditions: 'KeyConditionExpression',
  QueryFilter: 'FilterExpression',
  ScanFilter: 'FilterExpression',
};

/** Refuses, by name, members that the engine would otherwise ignore. */
export const checkMembers = (shape: string, input: Input, known: ReadonlySet<string>): void => {
  for (const member in input) {
    if (known.has(member) || input[member] === undefined) continue;
    const instead = LEGACY[member];
    throw new UnsupportedError(
      instead
        ? `DynamoDB ${shape}: the legacy parameter ${member} is not supported by the local cloud; use ${instead}`
        : `DynamoDB ${shape}: the local cloud does not know the parameter ${member}`,
    );
  }
};

const ofType = (input: Input, member: string, expected: 'string' | 'boolean' | 'number'): unknown => {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== expected) throw invalid(`${member} must be a ${expected}`);
  return value;
};

export const optionalString = (input: Input, member: string): string | undefined =>
  ofType(input, member, 'string') as string | undefined;

export const requiredString = (input: Input, member: string): string => {
  const value = optionalString(input, member);
  if (value === undefined) throw missing(member);
  return value;
};

export const optionalBoolean = (input: Input, member: string): boolean | undefined =>
  ofType(input, member, 'boolean') as boolean | undefined;

/** A whole number of at least `least`. */
export const optionalInteger = (input: Input, member: string, least: number): number | undefined => {
  const value = ofType(input, member, 'number') as number | undefined;
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < least) {
    throw invalid(
      `1 validation error detected: Value '${value}' at '${lowerFirst(member)}' failed to satisfy constraint: Member must have value greater than or equal to ${least}`,
    );
  }
  return value;
};

export const optionalChoice = <Choice extends string>(
  input: Input,
  member: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const value = optionalString(input, member);
  if (value === undefined) return undefined;
  const choice = choices.find((name) => name === value);
  if (choice) return choice;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${lowerFirst(member)}' failed to satisfy constraint: Member must satisfy enum value set: [${choices.join(', ')}]`,
  );
};

export const requiredRecord = (input: Input, member: string): Input => {
  const value = input[member];
  if (value === undefined) throw missing(member);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${member} must be an object`);
  return value as Input;
};

export const requiredList = (input: Input, member: string): readonly unknown[] => {
  const value = input[member];
  if (value === undefined) throw missing(member);
  if (!Array.isArray(value)) throw invalid(`${member} must be a list`);
  return value as readonly unknown[];
};

const missing = (member: string): Error =>
  invalid(
    `1 validation error detected: Value null at '${lowerFirst(member)}' failed to satisfy constraint: Member must not be null`,
  );

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
