import { costOf, times, together } from './cost-of.ts';
import type { Bill, Usage } from './cost-of.ts';
import type { PriceList } from './prices.ts';
import { RETRAINING, RETRAININGS_A_MONTH, STANDING, WHILE_TICKETS_COME } from './standing-usage.ts';

/** What one ticket uses, from its event to its outcome in the log, by how many come together. */
export interface TicketUsage {
  /** Each ticket alone in its invocations and calls: the most that it can use. */
  readonly alone: Usage;
  /** Thirty under way at a time. */
  readonly together: Usage;
}

export interface Estimate {
  readonly ticketsPerMonth: number;
  readonly prices: Pick<PriceList, 'date' | 'region'>;
  /** Of a month without a ticket, the weekly retraining included. US dollars. */
  readonly idle: Bill;
  /** Of the tickets of a month: at least, where they come together, and at most, where each comes alone. */
  readonly tickets: { readonly atLeast: Bill; readonly atMost: Bill };
  readonly month: { readonly atLeastUsd: number; readonly atMostUsd: number };
  readonly perMillionTickets: { readonly atLeastUsd: number; readonly atMostUsd: number };
}

/** Tickets are kept for a year: in the long run the tables hold that many months of them. */
const MONTHS_KEPT = 12;

/**
 * What a month costs.
 * @param ticketsPerMonth tickets with one event and one outcome each
 */
export const estimate = (ticketsPerMonth: number, usage: TicketUsage, prices: PriceList): Estimate => {
  const bill = (ofOne: Usage, count: number, beside: Usage = {}): Bill =>
    costOf(together(times(kept(ofOne), count), beside), prices);
  const standing = STANDING.map((one) => one.usage);
  const retraining = RETRAINING.map((one) => times(one.usage, RETRAININGS_A_MONTH));
  const idle = costOf(together(...standing, ...retraining), prices);
  const atLeast = bill(usage.together, ticketsPerMonth);
  const beside = ticketsPerMonth > 0 ? together(...WHILE_TICKETS_COME.map((one) => one.usage)) : {};
  const atMost = bill(usage.alone, ticketsPerMonth, beside);
  return {
    ticketsPerMonth,
    prices: { date: prices.date, region: prices.region },
    idle,
    tickets: { atLeast, atMost },
    month: { atLeastUsd: idle.usd + atLeast.usd, atMostUsd: idle.usd + atMost.usd },
    perMillionTickets: { atLeastUsd: bill(usage.together, 1_000_000).usd, atMostUsd: bill(usage.alone, 1_000_000).usd },
  };
};

/** The same with what it stores for all the months that it is kept. */
export const kept = (usage: Usage): Usage => {
  const { dynamoGbMonths = 0, dynamoBackupGbMonths = 0, s3GbMonths = 0, ...rest } = usage;
  const months = times({ dynamoGbMonths, dynamoBackupGbMonths, s3GbMonths }, MONTHS_KEPT);
  return { ...rest, ...months };
};
