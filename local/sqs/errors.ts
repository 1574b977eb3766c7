import type { RefusingLimit } from '../limit.ts';
import { isWithin } from '../limit.ts';
import { AwsError } from '../service.ts';

export const queueDoesNotExist = (): AwsError => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);

/** Reads a whole number of a request or a template, within AWS's bounds. */
export const wholeNumber = (name: string, value: unknown, limit: RefusingLimit): number => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || !isWithin(limit, number)) {
    throw new AwsError(
      limit.beyond.error,
      `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be an integer between ${limit.least} and ${limit.most}.`,
    );
  }
  return number;
};

export const requiredString = (input: Readonly<Record<string, unknown>>, name: string): string => {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw missingParameter(name);
  return value;
};
