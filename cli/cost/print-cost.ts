import { byService } from '../../core/cost/cost-of.ts';
import type { Bill } from '../../core/cost/cost-of.ts';
import type { Estimate } from '../../core/cost/estimate.ts';
import { columns, facts } from '../local/print.ts';
import type { Cell } from '../local/print.ts';

/** An estimate as a person reads it, with all that it rests on. */
export const costText = (
  { ticketsPerMonth, prices, idle, tickets, month, perMillionTickets }: Estimate,
  assumptions: readonly string[],
): string =>
  [
    `${ticketsPerMonth.toLocaleString('en-GB')} tickets a month, in ${prices.region} at the prices of ${prices.date}. An estimate: nothing was deployed.`,
    '',
    facts([
      ['a month', range(month.atLeastUsd, month.atMostUsd)],
      ['  idle, without a ticket', dollars(idle.usd)],
      ['  for the tickets', range(tickets.atLeast.usd, tickets.atMost.usd)],
      ['a million tickets', range(perMillionTickets.atLeastUsd, perMillionTickets.atMostUsd)],
    ]),
    '',
    columns(
      ['dollars a month', 'idle', 'tickets at least', 'tickets at most'],
      serviceRows(idle, tickets.atLeast, tickets.atMost),
    ),
    '',
    'At least where tickets come by tens, at most where each comes alone. It rests on:',
    ...assumptions.map((assumption) => `- ${assumption}`),
  ].join('\n');

const serviceRows = (...bills: readonly Bill[]): readonly (readonly Cell[])[] => {
  const byBill = bills.map((bill) => new Map(byService(bill).map(({ service, usd }) => [service, usd])));
  const services = [...new Set(byBill.flatMap((services) => [...services.keys()]))].toSorted();
  return services.map((service) => [service, ...byBill.map((services) => (services.get(service) ?? 0).toFixed(2))]);
};

const range = (least: number, most: number): string => `${dollars(least)} to ${dollars(most)}`;
const dollars = (usd: number): string => `$${usd.toFixed(2)}`;
