import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { DEFAULT_ENCODER } from '../../model/encoder/installed-encoders.ts';
import { encodersOption } from '../encoder/command.ts';
import { parseColumns, parseJsonLinesFile, parseSeed } from '../table/ticket-options.ts';
import type { ClusterOptions } from './cluster.ts';

const EXAMPLES = `
Examples:
  npm run -s signalbox -- cluster --data tickets.csv.gz --text subject,body
                                  what people write about: themes and their topics, with names and tickets
  npm run -s signalbox -- cluster --data tickets.csv.gz --text subject,body --model my-model/ --out clusters.jsonl
                                  with what routing has learned, and the cluster of every ticket in a file
  npm run -s signalbox -- cluster --data tickets.csv.gz --text body --label topic --json
                                  how well the clusters agree with labels that people gave`;

const parseCount = (text: string): number => {
  const count = Number(text);
  if (text.trim() === '' || !Number.isInteger(count) || count < 2)
    throw new InvalidArgumentError('Give a whole number of 2 or more.');
  return count;
};

export const addClusterCommand = (program: Command): void => {
  program
    .command('cluster')
    .description('find out what tickets are about: groups with names, in themes')
    .requiredOption('--data <file>', 'tickets: .csv, .jsonl, each also with .gz')
    .requiredOption('--text <columns>', 'column with the text, or several joined by commas', parseColumns)
    .option('--label <column>', 'column with labels to compare with; the clusters do not see them')
    .option('--model <folder>', 'a trained routing model, which lends what it has learned')
    .option('--k <number>', 'clusters wanted; else their number is found', parseCount)
    .option('--min-size <number>', 'tickets of a cluster, at least', parseCount, 5)
    .option('--out <file>', 'write a line of JSON for each ticket to this file', parseJsonLinesFile)
    .option('--seed <number>', 'starts every random choice', parseSeed, 1)
    .option('--encoder <name>', 'sentence encoder to read with, where no model is given', DEFAULT_ENCODER)
    .addOption(encodersOption())
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ClusterOptions) => {
      const { cluster } = await import('./cluster.ts');
      await cluster(options);
    });
};
