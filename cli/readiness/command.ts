import type { Command } from 'commander';
import { parseColumns, parseHeads, parseSeed } from '../table/ticket-options.ts';
import type { ReadinessOptions } from './readiness.ts';

const EXAMPLES = `
Examples:
  npm run -s signalbox -- readiness --data tickets.csv --text subject,body --label team=assigned_team,priority
                                  what this file can carry, and what to mend first
  npm run -s signalbox -- readiness --data tickets.csv --text subject,body --label team --json > readiness.json
                                  the same with every row that is likely mislabelled`;

export const addReadinessCommand = (program: Command): void => {
  program
    .command('readiness')
    .description('say, before any training, what a file of tickets can carry and what to mend first')
    .requiredOption('--data <file>', 'tickets: .csv, .jsonl, each also with .gz')
    .requiredOption('--text <columns>', 'column with the text, or several joined by commas', parseColumns)
    .requiredOption(
      '--label <heads>',
      'what to predict, and the column that holds it: team=assigned_team,priority=prio',
      parseHeads,
    )
    .option('--seed <number>', 'starts every random choice', parseSeed, 1)
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ReadinessOptions) => {
      const { readiness } = await import('./readiness.ts');
      await readiness(options);
    });
};
