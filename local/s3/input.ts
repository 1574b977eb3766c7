import { AwsError, UnsupportedError } from '../service.ts';

/** A request's members. */
export type Input = Readonly<Record<string, unknown>>;

// Any HTTP request may carry these; they mean something only where an object's bytes come with them.
const TRANSPORT: ReadonlySet<string> = new Set(['ContentType', 'ContentLength', 'ContentEncoding']);

/** Refuses, by name, members that the engine would otherwise ignore. */
export const checkMembers = (action: string, input: Input, known: ReadonlySet<string>): void => {
  for (const member in input) {
    if (known.has(member) || TRANSPORT.has(member) || input[member] === undefined) continue;
    throw new UnsupportedError(`S3 ${action}: the local cloud does not support the parameter ${member}`);
  }
};

export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgument', message);

export const optionalString = (input: Input, member: string): string | undefined => {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidArgument(`${member} must be a string`);
  return value;
};

export const requiredString = (input: Input, member: string): string => {
  const value = optionalString(input, member);
  if (value === undefined || value === '') throw invalidArgument(`${member} is missing`);
  return value;
};

/** A number, also where it arrives as text from a header or a query string. */
export const optionalNumber = (input: Input, member: string): number | undefined => {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number)) throw invalidArgument(`${member} must be a whole number`);
  return number;
};

/** The body as given: bytes are not copied, so that large objects cost their size once. */
export const readBody = (input: Input): Uint8Array => {
  const body = input['Body'];
  if (body === undefined || body === null) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  throw invalidArgument('Body must be bytes or text');
};
