import { SignalboxError } from '../errors.ts';

/**
 * Why no model answered: the deadline passed, the endpoint is not there, not ready, throttled or out of reach, its container failed,
 * it refused the request, or it answered outside the scoring contract.
 */
export type UnavailableReason =
  | 'deadline'
  | 'no-endpoint'
  | 'not-ready'
  | 'throttled'
  | 'unreachable'
  | 'model-error'
  | 'refused'
  | 'bad-answer';

/** Thrown when a whole call of a model failed; another attempt, or a decision without the model, is what follows. */
export class ScoringUnavailableError extends SignalboxError {
  override readonly name = 'ScoringUnavailableError';
  readonly reason: UnavailableReason;

  constructor(message: string, options: { readonly reason: UnavailableReason; readonly cause?: unknown }) {
    super(message, { retryable: true, cause: options.cause });
    this.reason = options.reason;
  }
}
