/** A mistake of the user's: printed as one sentence, without a stack trace, and ends with exit code 1. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}

/** The command was called wrongly, whatever the files hold; ends with exit code 2. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
}
