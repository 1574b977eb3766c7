import { ModelError } from '../errors.ts';

/** An encoder's folder is missing, damaged, truncated, or of another kind; or its source cannot be made into one. */
export class EncoderError extends ModelError {
  override readonly name = 'EncoderError';
}
