import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { DEFAULT_ENCODER } from '../../model/encoder/installed-encoders.ts';
import { encodersOption } from '../encoder/command.ts';
import { parseColumns, parseHeads, parseSeed } from '../table/ticket-options.ts';
import type { TrainOptions } from './train.ts';

const EXAMPLES = `
Examples:
  npm run -s signalbox -- train --data tickets.csv.gz --text subject,body --label team=assigned_team,priority --out my-model/
                                  one model that predicts the team and the priority
  npm run -s signalbox -- train --data tickets.jsonl --text subject,body --label team=labels.team --out my-model/ --json
                                  fields within an object by a dot; the metrics as one JSON object

A row with an empty label serves that head as a text without a label. The same file and seed give the same model, byte for byte.`;

const parseShare = (text: string): number => {
  const share = Number(text);
  if (text.trim() === '' || !(share > 0 && share <= 1))
    throw new InvalidArgumentError('Give a share above 0 and at most 1, such as 0.95.');
  return share;
};

export const addTrainCommand = (program: Command): void => {
  program
    .command('train')
    .description('train a model on a file of tickets that people labelled')
    .requiredOption('--data <file>', 'tickets: .csv, .jsonl, each also with .gz')
    .requiredOption('--text <columns>', 'column with the text, or several joined by commas', parseColumns)
    .requiredOption(
      '--label <heads>',
      'what to predict, and the column that holds it: team=assigned_team,priority=prio',
      parseHeads,
    )
    .requiredOption('--out <folder>', 'where the model goes')
    .option('--validation <file>', 'tickets of the same columns to measure with; else a part of the data is held out')
    .option('--time <column>', 'column with the time of the ticket')
    .option('--id <column>', "column with the ticket's id; else its row")
    .option('--language <column>', 'column with the language of the ticket; the model card then measures each')
    .option('--seed <number>', 'starts every random choice', parseSeed, 1)
    .option('--target-accuracy <share>', 'accuracy asked of what goes by itself', parseShare)
    .option('--encoder <name>', 'sentence encoder to train with, see "encoder list"', DEFAULT_ENCODER)
    .addOption(encodersOption())
    .option('--checkpoints <folder>', 'keeps what is encoded there, and takes up what a stopped or earlier training has encoded')
    .option('--model-version <name>', 'version written into the model', '1')
    .option('--force', 'replace an earlier model in the folder')
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options: TrainOptions) => {
      const { train } = await import('./train.ts');
      await train(options);
    });
};
