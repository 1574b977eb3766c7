import { AwsError } from '../service.ts';

/** The error that DynamoDB answers to a request it understands but does not accept. */
export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** As `invalid`, with the preamble that DynamoDB puts before complaints about an item's or key's values. */
export const invalidParameter = (message: string): AwsError => invalid(`One or more parameter values were invalid: ${message}`);
