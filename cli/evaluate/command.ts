import type { Command } from 'commander';
import { encodersOption } from '../encoder/command.ts';
import { parseColumns, parseHeads } from '../table/ticket-options.ts';
import type { EvaluateOptions } from './evaluate.ts';

const EXAMPLES = `
A label that the model does not know makes its tickets errors. Tickets with the label of --out-of-scope-label do not count in the
accuracy; they, or the texts of --out-of-scope (in the same text columns), show how well the model tells what it was not made for.
With several heads, the first one named judges that.

Examples:
  npm run -s signalbox -- evaluate --model my-model/ --data new.csv.gz --text subject,body --label team=assigned_team
  npm run -s signalbox -- evaluate --model my-model/ --data new.jsonl --text body --label team,priority=urgency --json
  npm run -s signalbox -- evaluate --model my-model/ --data new.csv --text body --label team --out-of-scope-label other`;

export const addEvaluateCommand = (program: Command): void => {
  program
    .command('evaluate')
    .description('judge a model by tickets whose labels are known: accuracy, what can be automated, honest probabilities')
    .requiredOption('--model <folder>', 'folder of the model')
    .requiredOption('--data <file>', 'labelled tickets: .csv, .jsonl, each also with .gz')
    .requiredOption('--text <columns>', 'column with the text, or several joined by commas', parseColumns)
    .requiredOption(
      '--label <heads>',
      'what to judge, and the column with what was right: team=assigned_team,priority=prio',
      parseHeads,
    )
    .option('--out-of-scope <file>', 'texts that belong to no label')
    .option('--out-of-scope-label <name>', 'label of the tickets in the data that belong to no other label')
    .addOption(encodersOption())
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options: EvaluateOptions) => {
      const { evaluate } = await import('./evaluate.ts');
      await evaluate(options);
    });
};
