import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { parseWeeks } from '../sample/command.ts';
import { parseColumns } from '../table/ticket-options.ts';
import { UsageError } from '../user-error.ts';

interface StartFlags {
  readonly once?: true;
  readonly json?: true;
  readonly data?: string;
  readonly text?: readonly string[];
  readonly label?: string;
  readonly weeks?: number;
  readonly html?: string;
  readonly port: number;
  readonly state?: string;
}

/** Weeks of the sample company to learn from: on two quiet cores training takes well under a minute, and most tickets go by themselves. */
const DEFAULT_WEEKS = 4;

export const parsePort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
};

const EXAMPLES = `
Examples:
  npm start                                          the sample company's last four weeks, then stays up until Ctrl-C
  npm start -- --weeks 16                            all that the sample company has; trains for minutes
  npm start -- --html report.html                    writes what came of it as a page, too
  npm start -- --once --json                         ends by itself; the summary is the last line of stdout
  npm start -- --data tickets.csv.gz --text subject,body --label team
                                                     anybody's tickets: the first 80 % are history, the rest live
  npm start -- --state ~/.signalbox                  keeps everything there, and goes on from it the next time`;

export const addStartCommand = (program: Command): void => {
  program
    .command('start')
    .description('run the whole journey on this machine: synthesize, local cloud, history, training, live tickets')
    .option('--once', 'end when the live tickets are through, instead of staying up')
    .option('--json', 'print the summary as one JSON object on the last line of stdout')
    .option('--html <file>', 'write the summary as one self-contained page, too')
    .option('--data <file>', 'labelled tickets to use instead of the sample: .csv, .csv.gz, .jsonl')
    .option('--text <columns>', 'column with the text, or several joined by commas', parseColumns)
    .option('--label <column>', 'column with the team that people chose')
    .option('--weeks <number>', `the sample company's last so many weeks (default: ${DEFAULT_WEEKS})`, parseWeeks)
    .option('--port <number>', 'port of the local cloud on 127.0.0.1; 0 takes a free one', parsePort, 0)
    .option('--state <folder>', 'keep everything between runs; a next run with the same folder goes on where this one ended')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StartFlags) => {
      const { data, text, label, weeks } = flags;
      if (data === undefined && (text !== undefined || label !== undefined)) {
        throw new UsageError('--text and --label name columns of a file; add --data FILE.');
      }
      if (data !== undefined && (text === undefined || label === undefined)) {
        throw new UsageError('--data needs --text COLUMN and --label COLUMN, so that the tickets can be read.');
      }
      if (data !== undefined && weeks !== undefined)
        throw new UsageError('--weeks is of the sample company; leave it out with --data.');
      const source =
        data !== undefined && text !== undefined && label !== undefined
          ? { file: data, textColumns: text, labelColumn: label }
          : undefined;
      const { start } = await import('./start.ts');
      const [once, json] = [flags.once === true, flags.json === true];
      const { port, state, html } = flags;
      await start({ once, json, port, state, html, source, weeks: weeks ?? DEFAULT_WEEKS });
    });
};
