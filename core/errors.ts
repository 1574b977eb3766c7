/** What is thrown by the domain and its ports. `retryable` means: back to the queue; otherwise the record is quarantined. */
export class SignalboxError extends Error {
  override readonly name: string = 'SignalboxError';
  readonly retryable: boolean;

  constructor(message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
  }
}

/** True where another try cannot help. */
export const isPermanent = (error: unknown): error is SignalboxError => error instanceof SignalboxError && !error.retryable;
