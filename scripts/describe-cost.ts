import { readRecordedUsage } from '../cli/cost/recorded-usage.ts';
import { estimate } from '../core/cost/estimate.ts';
import { PRICES } from '../core/cost/prices.ts';

const MONTHLY_TICKETS = [0, 20_000, 100_000, 1_000_000];

const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const range = (least: number, most: number): string =>
  least === most ? dollars(least) : `${dollars(least)} to ${dollars(most)}`;

/** What stages of different sizes cost a month, as a table in Markdown. */
export const describeCost = (): string => {
  const { usage, date } = readRecordedUsage();
  const rows = MONTHLY_TICKETS.map((tickets) => {
    const { month } = estimate(tickets, usage, PRICES);
    const size = tickets === 0 ? 'none: what it costs idle, weekly retraining included' : tickets.toLocaleString('en-US');
    return `| ${size} | ${range(month.atLeastUsd, month.atMostUsd)} |`;
  });
  const { perMillionTickets } = estimate(0, usage, PRICES);
  return [
    `Estimates, not bills: list prices of ${PRICES.region} on ${PRICES.date}, and what a ticket used on a local cloud on ${date.slice(0, 10)}. At least where tickets come by tens, at most where each comes alone.`,
    '',
    '| tickets a month | dollars a month |',
    '|---|---|',
    ...rows,
    '',
    `A million tickets by themselves: ${range(perMillionTickets.atLeastUsd, perMillionTickets.atMostUsd)}.`,
  ].join('\n');
};
