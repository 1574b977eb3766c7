import type { RescoreRequest } from '../contracts/ticket-event.ts';

/** First delay before the model is asked again; it doubles from try to try. */
const FIRST_DELAY_SECONDS = 30;
/** Longest delay that SQS takes. */
const MAX_DELAY_SECONDS = 900;
/** Sends a request to look at a ticket again, delayed by `rescoreDelaySeconds(request.attempt)`. */
export interface RescoreQueue {
  ask(request: RescoreRequest): Promise<void>;
}

/** @returns seconds to wait before try number `attempt` (from 1): 30, 60, 120, … at most 900 */
export const rescoreDelaySeconds = (attempt: number): number =>
  Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.min(attempt - 1, 10));
