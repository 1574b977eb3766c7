import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { Section, State } from '../state/state.ts';

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

/** How something is delivered. */
export interface Delivery {
  /** @param retries how often it was tried in vain */
  readonly attempt: (retries: number) => Promise<unknown>;
  readonly policy: RetryPolicy;
  readonly giveUp: (failure: DeliveryFailure) => Promise<unknown>;
}

interface KeptDelivery<What> {
  readonly what: What;
  readonly startedAt: number;
  readonly retries: number;
  /** When the next attempt is due. */
  readonly dueAt: number;
}

export interface DeliveriesOptions<What> {
  readonly clock: Clock;
  readonly state: State;
  /** Of the part of the state that is theirs. */
  readonly name: string;
  /** How to deliver what is named; undefined where it has no target any more, which only a later run can meet. */
  readonly deliveryOf: (what: What) => Delivery | undefined;
}

/** Attempts under way, and deliveries that wait for their next one. What a run does not bring to its end, the next one goes on with. */
export class Deliveries<What> {
  readonly #clock: Clock;
  readonly #deliveryOf: (what: What) => Delivery | undefined;
  readonly #kept: Section<KeptDelivery<What>>;
  readonly #abort = new AbortController();
  #attempting = 0;
  #waiting = 0;

  constructor({ clock, state, name, deliveryOf }: DeliveriesOptions<What>) {
    this.#clock = clock;
    this.#deliveryOf = deliveryOf;
    this.#kept = state.section(name);
    const restored = this.#kept.restored();
    if (restored.length > 0) void state.released.then(() => this.#goOn(restored));
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
  start(what: What): void {
    const now = this.#clock.now();
    this.#go(randomUUID(), { what, startedAt: now, retries: 0, dueAt: now });
  }

  close(): void {
    this.#abort.abort();
  }

  #goOn(restored: readonly (readonly [string, KeptDelivery<What>])[]): void {
    for (const [id, kept] of restored) this.#go(id, kept);
  }

  #go(id: string, kept: KeptDelivery<What>): void {
    const delivery = this.#deliveryOf(kept.what);
    if (!delivery) return this.#kept.remove(id);
    this.#kept.put(id, kept);
    this.#attempting += 1;
    void this.#run(id, kept, delivery).finally(() => {
      this.#attempting -= 1;
      this.#kept.remove(id);
    });
  }

  async #run(id: string, kept: KeptDelivery<What>, { attempt, policy, giveUp }: Delivery): Promise<void> {
    const { startedAt, dueAt } = kept;
    if (dueAt > this.#clock.now()) await this.#waitUntil(dueAt);
    for (let { retries } = kept; !this.#abort.signal.aborted; retries += 1) {
      try {
        await attempt(retries);
        return;
      } catch (error) {
        const exhausted = isRetryable(error) ? this.#exhausted(policy, retries, startedAt) : undefined;
        if (exhausted !== undefined || !isRetryable(error)) {
          await giveUp({ error, retries, ...(exhausted && { exhausted }) });
          return;
        }
      }
      const nextAt = this.#clock.now() + policy.backoffMs(retries + 1);
      this.#kept.put(id, { ...kept, retries: retries + 1, dueAt: nextAt });
      await this.#waitUntil(nextAt);
    }
  }

  #exhausted(policy: RetryPolicy, retries: number, startedAt: number): DeliveryFailure['exhausted'] {
    if (retries >= policy.maxAttempts) return 'MaximumRetryAttempts';
    const nextAt = this.#clock.now() + policy.backoffMs(retries + 1);
    return nextAt - startedAt > policy.maxAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
  }

  async #waitUntil(timeMs: number): Promise<void> {
    this.#attempting -= 1;
    this.#waiting += 1;
    await this.#clock.sleep(Math.max(0, timeMs - this.#clock.now()), this.#abort.signal);
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
