import { costOf, times } from '../../core/cost/cost-of.ts';
import { kept } from '../../core/cost/estimate.ts';
import { PRICES } from '../../core/cost/prices.ts';
import { usageAssumptions } from './assumptions.ts';
import { TOGETHER } from './usage-assumptions.ts';
import { ticketUsageBetween } from './usage-of-cloud.ts';
import type { CloudCounters } from './usage-of-cloud.ts';

export interface CostPerMillion {
  /** US dollars for a million tickets that come as those did which were counted, and are kept for a year; without what a stage costs idle. */
  readonly usd: number;
  readonly region: string;
  readonly priceDate: string;
  readonly assumptions: readonly string[];
}

/** What a million tickets cost, from what a local cloud counted while so many went the whole way. */
export const costPerMillion = (before: CloudCounters, after: CloudCounters, tickets: number): CostPerMillion => ({
  usd: costOf(times(kept(ticketUsageBetween(before, after, tickets, TOGETHER)), 1_000_000), PRICES).usd,
  region: PRICES.region,
  priceDate: PRICES.date,
  assumptions: usageAssumptions(),
});
