import type { Command } from 'commander';
import { encodersOption } from '../encoder/command.ts';
import { parseColumns, parseJsonLinesFile } from '../table/ticket-options.ts';
import type { PredictOptions } from './predict.ts';

const EXAMPLES = `
Examples:
  npm run -s signalbox -- predict --model my-model/ "Where is my parcel?"
                                  labels, how sure the model is, the words that speak for and against, and past tickets like it
  npm run -s signalbox -- predict --model my-model/ --data new.csv --text subject,body --out predictions.jsonl
                                  a line of JSON for each row, however many there are
  echo "I was charged twice" | npm run -s signalbox -- predict --model my-model/ --json
                                  a ticket a line from standard input`;

export const addPredictCommand = (program: Command): void => {
  program
    .command('predict')
    .description('say what a trained model makes of tickets')
    .argument('[text...]', 'tickets, each in quotes; from standard input, one a line, where none are given')
    .requiredOption('--model <folder>', 'a trained model')
    .option('--data <file>', 'tickets: .csv, .jsonl, each also with .gz')
    .option('--text <columns>', 'column with the text, or several joined by commas', parseColumns)
    .option('--out <file>', 'with --data: write a line of JSON for each row to this file', parseJsonLinesFile)
    .addOption(encodersOption())
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (texts: readonly string[], options: PredictOptions) => {
      const { predict } = await import('./predict.ts');
      await predict(texts, options);
    });
};
