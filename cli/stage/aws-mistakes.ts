import { sentence } from '../sentence.ts';
import { UserError } from '../user-error.ts';

const NO_CREDENTIALS =
  'No AWS credentials were found. Set AWS_PROFILE, or sign in with `aws sso login`; `npm run -s signalbox -- doctor` says more.';
const NO_REGION = 'No AWS region is set. Set AWS_REGION, for example AWS_REGION=eu-central-1.';

/** What the user can mend about a failed call of AWS is told in a sentence; anything else is given back as it is. */
export const asAwsMistake = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const told = (message: string): UserError => new UserError(message, { cause: error });
  if (error.message.startsWith('Region is missing')) return told(NO_REGION);
  if (NO_CREDENTIALS_ERRORS.has(error.name)) return told(`${NO_CREDENTIALS} (${firstLine(error.message)})`);
  if (EXPIRED.has(error.name)) return told(`The AWS credentials are not valid, or have expired: sign in again. (${error.name})`);
  if (REFUSED.has(error.name)) return told(`AWS does not allow it: ${sentence(firstLine(error.message))}`);
  if (isUnreachable(error)) return told(`AWS could not be reached: ${sentence(firstLine(error.message) || codeOf(error))}`);
  if ('$metadata' in error) return told(`AWS refused the request: ${error.name}: ${sentence(firstLine(error.message))}`);
  return error;
};

const NO_CREDENTIALS_ERRORS: ReadonlySet<string> = new Set(['CredentialsProviderError', 'TokenProviderError']);
const EXPIRED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'InvalidAccessKeyId',
]);
const REFUSED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
]);

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
const isUnreachable = (error: Error): boolean => error.name === 'TimeoutError' || NETWORK_CODES.has(codeOf(error));
const firstLine = (text: string): string => text.split('\n')[0] ?? '';
