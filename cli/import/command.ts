import { Option } from 'commander';
import type { Command } from 'commander';
import { addChangingLeaf } from '../stage/stage-leaf.ts';
import { stageSurroundings } from '../stage/surroundings.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import { parseColumns, parseHeads } from '../table/ticket-options.ts';
import { FORMATS } from './history-file.ts';
import type { ImportFlags } from './import-file.ts';

export const addImportCommand = (program: Command, around: StageSurroundings = stageSurroundings): void => {
  addChangingLeaf(program, {
    usage: 'import <file>',
    description: 'take tickets of the past into the event log, and retrain: .csv, .jsonl, each also with .gz',
    examples: [
      'import tickets.csv --dry-run',
      'import tickets.csv.gz --text subject,body --label team=assigned_group,priority=prio --time created --id number',
      'import export.json --format zendesk --stage prod',
    ],
  })
    .option(
      '--text <columns>',
      'columns with the text joined by commas, the subject first; found by their names if not named',
      parseColumns,
    )
    .option('--label <heads>', 'what people chose: HEAD=COLUMN, or several joined by commas', parseHeads)
    .option('--time <column>', 'column with the time of the ticket')
    .option('--id <column>', "column with the ticket's id")
    .option('--without-times', 'the file has no times: deal its rows over the eight weeks before it was written')
    .addOption(
      new Option('--format <name>', "zendesk: Zendesk's JSON export, or pages of its API").choices(FORMATS).default('table'),
    )
    .option('--dry-run', 'say what would be imported, and end')
    .option('--refused <file>', 'write every refused row with its reason to this CSV file')
    .option('--labels <file>', 'declaration of renamed, added and retired labels (default: labels.json at the top level)')
    .option('--no-retrain', 'do not start a retraining')
    .action(async (file: string, flags: ImportFlags) => {
      const { importFile } = await import('./import-file.ts');
      await importFile(around, file, flags);
    });
};
