import { AwsError } from '../service.ts';

/** `at` is the path of the offending place in the pattern. */
export const invalidPattern = (at: string, reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason} at ${at === '' ? 'the top' : at}`);
