import type { Clock } from '../clock.ts';
import { AwsError, UnsupportedError } from '../service.ts';

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly maxAgeSeconds: number;
  /** Milliseconds to wait before retry `n`, from 1. */
  readonly backoffMs: (n: number) => number;
}

/** Why a delivery was given up. */
export interface DeliveryFailure {
  readonly error: unknown;
  readonly retries: number;
  /** Absent where the error was permanent. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

/** Attempts under way, and deliveries that wait for their next one. */
export class Deliveries {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #attempting = 0;
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Attempts that end by themselves, without the clock moving. */
  get attempting(): number {
    return this.#attempting;
  }

  /** Deliveries that the clock will bring back. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Tries until it works, the error is permanent, or the policy is used up; then gives up. Never rejects. */
  start(attempt: () => Promise<unknown>, policy: RetryPolicy, giveUp: (failure: DeliveryFailure) => Promise<unknown>): void {
    this.#attempting += 1;
    void this.#run(attempt, policy, giveUp).finally(() => {
      this.#attempting -= 1;
    });
  }

  close(): void {
    this.#abort.abort();
  }

  async #run(
    attempt: () => Promise<unknown>,
    policy: RetryPolicy,
    giveUp: (failure: DeliveryFailure) => Promise<unknown>,
  ): Promise<void> {
    const startedAt = this.#clock.now();
    for (let retries = 0; !this.#abort.signal.aborted; retries += 1) {
      try {
        await attempt();
        return;
      } catch (error) {
        const exhausted = isRetryable(error) ? this.#exhausted(policy, retries, startedAt) : undefined;
        if (exhausted !== undefined || !isRetryable(error)) {
          await giveUp({ error, retries, ...(exhausted && { exhausted }) });
          return;
        }
      }
      await this.#wait(policy.backoffMs(retries + 1));
    }
  }

  #exhausted(policy: RetryPolicy, retries: number, startedAt: number): DeliveryFailure['exhausted'] {
    if (retries >= policy.maxAttempts) return 'MaximumRetryAttempts';
    const nextAt = this.#clock.now() + policy.backoffMs(retries + 1);
    return nextAt - startedAt > policy.maxAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
  }

  async #wait(ms: number): Promise<void> {
    this.#attempting -= 1;
    this.#waiting += 1;
    await this.#clock.sleep(ms, this.#abort.signal);
    this.#waiting -= 1;
    this.#attempting += 1;
  }
}

const THROTTLED = /throttl|toomanyrequests|limitexceeded|slowdown|provisionedthroughput/i;

/** Server errors and throttling are retried; a missing target or permission, or a request that is refused, is not. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof UnsupportedError
    ? false
    : !(error instanceof AwsError) || error.status >= 500 || error.status === 429 || THROTTLED.test(error.code);

/** EventBridge's code for why a target could not be reached: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export const deliveryErrorCode = (error: unknown): string => {
  if (!(error instanceof AwsError)) return 'UNKNOWN';
  if (error.status === 429 || THROTTLED.test(error.code)) return 'THROTTLING';
  if (error.status >= 500) return 'ERROR_FROM_TARGET';
  if (/accessdenied|notauthorized|unauthorized/i.test(error.code) || error.status === 403) return 'NO_PERMISSIONS';
  if (/notfound|doesnotexist|nonexistent/i.test(error.code) || error.status === 404) return 'NO_RESOURCE';
  return 'SDK_CLIENT_ERROR';
};
