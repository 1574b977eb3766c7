import type { UsageAssumptions } from './usage-of-cloud.ts';

/**
 * Seconds of a call of the routing container on a core of a laptop-sized machine (bench/results/predict.json: 24 ms for one ticket,
 * 76 ms for ten), doubled for the share of a core that an endpoint of 2,048 MB has.
 */
const SECONDS_OF_ONE = 0.05;
const SECONDS_OF_TEN = 0.15;

/** Tickets far apart: an invocation each, and X-Ray records every one. */
export const ALONE: UsageAssumptions = { endpointSecondsPerCall: SECONDS_OF_ONE, tracesPerInvocation: 1 };

/** Thirty tickets under way: batches of up to ten, and X-Ray records one invocation in twenty. */
export const TOGETHER: UsageAssumptions = { endpointSecondsPerCall: SECONDS_OF_TEN, tracesPerInvocation: 0.05 };
