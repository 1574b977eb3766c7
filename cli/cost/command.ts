import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { addLeaf, print } from '../local/leaf.ts';
import type { JsonFlag } from '../local/leaf.ts';
import type { Surroundings } from '../local/surroundings.ts';

const MOST_TICKETS = 1_000_000_000;

const parseTickets = (text: string): number => {
  const tickets = Number(text.replaceAll(/[_,]/g, ''));
  if (text.trim() === '' || !Number.isInteger(tickets) || tickets < 0 || tickets > MOST_TICKETS)
    throw new InvalidArgumentError('A number of tickets is a whole number, such as 20000.');
  return tickets;
};

export const addCostCommand = (program: Command, around: Surroundings): void => {
  addLeaf(program, {
    usage: 'cost',
    description: 'estimate what so many tickets a month cost on AWS, before anything is deployed',
    examples: ['cost --tickets-per-month 20000', 'cost --tickets-per-month 1000000 --json'],
  })
    .requiredOption('--tickets-per-month <number>', 'how many tickets come', parseTickets)
    .action(async ({ ticketsPerMonth, ...flags }: JsonFlag & { readonly ticketsPerMonth: number }) => {
      const [{ estimate }, { PRICES }, { readRecordedUsage }, { assumptionsOf }, { costText }] = await Promise.all([
        import('../../core/cost/estimate.ts'),
        import('../../core/cost/prices.ts'),
        import('./recorded-usage.ts'),
        import('./assumptions.ts'),
        import('./print-cost.ts'),
      ]);
      const recorded = readRecordedUsage();
      const estimated = estimate(ticketsPerMonth, recorded.usage, PRICES);
      const assumptions = assumptionsOf(recorded);
      print(around.writeOut, flags, { ...estimated, assumptions }, () => costText(estimated, assumptions));
    });
};
