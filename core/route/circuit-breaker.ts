/** Failed calls in a row after which the endpoint counts as down. */
const FAILURES_TO_OPEN = 3;
/** How long it counts as down before it is given the whole deadline again. */
const OPEN_MS = 30_000;
/** Deadline while it counts as down: long enough to notice that it is back. */
const OPEN_DEADLINE_MS = 1_000;

/**
 * Shortens the deadline of calls while an endpoint is known to be down, so that tickets do not queue up behind it
 * (circuit breaker: M. Nygard, Release It!, 2nd ed., ch. 5). Calls are never skipped: each one is a probe.
 */
export interface CircuitBreaker {
  readonly failuresInARow: number;
  readonly openUntilMs: number;
}

export const CLOSED: CircuitBreaker = { failuresInARow: 0, openUntilMs: 0 };

export const deadlineOf = (breaker: CircuitBreaker, nowMs: number, deadlineMs: number): number =>
  nowMs < breaker.openUntilMs ? Math.min(OPEN_DEADLINE_MS, deadlineMs) : deadlineMs;

export const afterCall = (breaker: CircuitBreaker, answered: 'answered' | 'failed', nowMs: number): CircuitBreaker => {
  if (answered === 'answered') return CLOSED;
  const failuresInARow = breaker.failuresInARow + 1;
  return { failuresInARow, openUntilMs: failuresInARow >= FAILURES_TO_OPEN ? nowMs + OPEN_MS : 0 };
};
