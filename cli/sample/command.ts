import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { parseJsonLinesFile, parseSeed } from '../table/ticket-options.ts';
import type { SampleOptions } from './sample.ts';

const EXAMPLES = `
Examples:
  npm run -s signalbox -- sample --out tickets.jsonl              all sixteen weeks, about 12,700 tickets
  npm run -s signalbox -- sample --weeks 2 --part history --out history.jsonl
                                                                  the last two weeks but for the live part
  npm run -s signalbox -- sample --part live | head -n 1          one ticket, to see what it looks like`;

const STORY_WEEKS = 16;

/** @throws InvalidArgumentError unless the text is a whole number of 1 to 16 */
export const parseWeeks = (text: string): number => {
  const weeks = Number(text);
  if (!Number.isInteger(weeks) || weeks < 1 || weeks > STORY_WEEKS)
    throw new InvalidArgumentError(`The sample company has 1 to ${STORY_WEEKS} weeks.`);
  return weeks;
};

const parseTicketsPerWeek = (text: string): number => {
  const tickets = Number(text);
  if (!Number.isInteger(tickets) || tickets < 1 || tickets > 100_000)
    throw new InvalidArgumentError('Tickets of a week are a whole number from 1 to 100000.');
  return tickets;
};

const parsePart = (text: string): SampleOptions['part'] => {
  if (text === 'history' || text === 'live' || text === 'all') return text;
  throw new InvalidArgumentError('A part is history, live or all.');
};

export const addSampleCommand = (program: Command): void => {
  program
    .command('sample')
    .description('write the tickets of the made-up sample company, with their outcomes, as JSON Lines')
    .option('--out <file>', 'where to write them, as JSON Lines; stdout if not given', parseJsonLinesFile)
    .option('--weeks <number>', 'the last so many of its sixteen weeks', parseWeeks, STORY_WEEKS)
    .option('--tickets-per-week <number>', 'how many customers write', parseTicketsPerWeek)
    .option('--part <part>', 'history, live (the last two days) or all', parsePart, 'all')
    .option('--seed <number>', 'another seed, other tickets', parseSeed, 1)
    .addHelpText('after', EXAMPLES)
    .action(async (options: SampleOptions) => {
      const { writeSample } = await import('./sample.ts');
      await writeSample(options);
    });
};
