import { caughtOutcome } from './io.ts';
import type { Retrier } from './program.ts';
import type { Outcome, Visit } from './runtime.ts';
import { BranchAbortedError, matchesError, StatesError } from './states-error.ts';

const DEFAULT_INTERVAL_SECONDS = 1;
const DEFAULT_MAX_ATTEMPTS = 3;
const DEFAULT_BACKOFF_RATE = 2;

/** Milliseconds to wait before the given retry (counted from 0). */
export const retryDelayMs = (retrier: Retrier, retry: number, random: () => number): number => {
  const { IntervalSeconds = DEFAULT_INTERVAL_SECONDS, BackoffRate = DEFAULT_BACKOFF_RATE, MaxDelaySeconds } = retrier;
  const grown = IntervalSeconds * BackoffRate ** retry;
  const bounded = MaxDelaySeconds === undefined ? grown : Math.min(grown, MaxDelaySeconds);
  return (retrier.JitterStrategy === 'FULL' ? random() * bounded : bounded) * 1000;
};

/** Runs one attempt after the other as the state's Retry says, then turns to its Catch. */
export const withRetryAndCatch = async (visit: Visit, attempt: () => Promise<Outcome>): Promise<Outcome> => {
  const { state, frame, runtime } = visit;
  const retries = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StatesError) || frame.signal.aborted) throw error;
      const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.some((pattern) => matchesError(pattern, error.error)));
      const retry = retrier ? (retries.get(retrier) ?? 0) : 0;
      if (retrier && retry < (retrier.MaxAttempts ?? DEFAULT_MAX_ATTEMPTS)) {
        retries.set(retrier, retry + 1);
        await runtime.clock.sleep(retryDelayMs(retrier, retry, runtime.random), frame.signal);
        if (frame.signal.aborted) throw new BranchAbortedError('The execution ended before a retry');
        visit.retryCount++;
        continue;
      }
      const catcher = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.some((pattern) => matchesError(pattern, error.error)));
      if (!catcher) throw error;
      return await caughtOutcome(visit, catcher, { Error: error.error, Cause: error.cause });
    }
  }
};
