/** A mistake of the user's: printed as one sentence, without a stack trace, and ends with exit code 1. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
