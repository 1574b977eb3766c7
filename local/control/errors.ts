/** What was asked for is not there or makes no sense; the message is for who asked. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly retryable = false;
  /** HTTP status. */
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}
