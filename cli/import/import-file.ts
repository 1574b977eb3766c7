import { stat } from 'node:fs/promises';
import { s3EventLogWriter } from '../../adapters/s3/event-log.ts';
import type { Announcement } from '../../adapters/step-functions/announcement.ts';
import { print } from '../local/leaf.ts';
import { createProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { onStage } from '../stage/stage-leaf.ts';
import type { ChangeFlags } from '../stage/stage-leaf.ts';
import type { StageSurroundings } from '../stage/surroundings.ts';
import { counted } from '../table/note.ts';
import { untilStopped } from '../until-stopped.ts';
import { UsageError, UserError } from '../user-error.ts';
import { awaitAnnouncement } from './await-announcement.ts';
import type { AskedColumns } from './choose-columns.ts';
import { readDeclaredLabels } from './declared-labels.ts';
import { openHistory } from './history-file.ts';
import type { HistoryFile, HistoryFormat } from './history-file.ts';
import { understandingText } from './print-understanding.ts';
import { openRefusedFile } from './refused-file.ts';
import type { RefusedFile } from './refused-file.ts';
import { startRetraining } from './start-retraining.ts';
import type { StartedRetraining } from './start-retraining.ts';
import { understandHistory } from './understand-history.ts';
import type { Understanding } from './understanding.ts';
import { writeHistory } from './write-history.ts';

export interface ImportFlags extends ChangeFlags, AskedColumns {
  readonly format: HistoryFormat;
  readonly dryRun?: true;
  /** False with --no-retrain. */
  readonly retrain: boolean;
  readonly refused?: string;
  readonly labels?: string;
}

interface Reading {
  readonly history: HistoryFile;
  readonly flags: ImportFlags;
  readonly nowMs: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Reads a file of past tickets, says what was understood, and writes it into a stage's event log once a person agrees. */
export const importFile = (around: StageSurroundings, file: string, flags: ImportFlags): Promise<void> =>
  untilStopped(async (signal) => {
    if (flags.dryRun !== true && flags.yes !== true && !around.isTerminal())
      throw new UsageError('There is no terminal to ask at: look with --dry-run first, then add --yes.');
    const progress = createProgress();
    try {
      const open = async (): Promise<Reading> => {
        const history = await openHistory(file, flags.format, flags);
        return { history, flags, nowMs: around.now(), progress, signal };
      };
      if (flags.dryRun === true) {
        const understood = await understand(around, await open());
        print(around.writeOut, flags, jsonOf(understood), () => `${understandingText(understood)}\n\nNothing was imported.`);
        return;
      }
      await onStage(around, flags, async ({ stage, print: printOnce, say, confirm }) => {
        const reading = await open();
        const understood = await understand(around, reading);
        say(understandingText(understood));
        await agree(around, flags, stage.name, understood, confirm);
        const log = s3EventLogWriter({ client: stage.s3, bucket: stage.outputs.DataBucket });
        const written = await writeHistory(reading.history, understood, {
          log,
          nowMs: reading.nowMs,
          recordedAt: (await stat(file)).mtime.toISOString(),
          signal,
          onTickets: (tickets) => progress.show(`${tickets.toLocaleString('en')} tickets written`, tickets / understood.tickets),
        });
        progress.end();
        const retraining = flags.retrain ? await startRetraining(stage) : undefined;
        if (retraining?.kind === 'started') progress.show('the retraining gathers its tickets');
        const announced =
          retraining?.kind === 'started'
            ? await awaitAnnouncement(stage.stepFunctions, retraining.executionArn, signal)
            : undefined;
        progress.end();
        const imported = { tickets: written.lines, objects: written.objects };
        printOnce({ ...jsonOf(understood), imported, retraining: retraining && { ...retraining, announced } }, () =>
          [
            `Imported ${counted(written.lines, 'ticket')} into the event log of ${stage.name} (${counted(written.objects, 'object')}).`,
            retrainingText(retraining, stage.name),
            ...announcedTexts(announced),
          ].join('\n'),
        );
      });
    } finally {
      progress.end();
    }
  });

const understand = async (
  around: StageSurroundings,
  { history, flags, nowMs, progress, signal }: Reading,
): Promise<Understanding> => {
  let refused: RefusedFile | undefined;
  const path = flags.refused;
  const understood = await understandHistory(history, {
    labels: readDeclaredLabels(flags.labels),
    nowMs,
    signal,
    onRows: (rows) => progress.show(`${rows.toLocaleString('en')} rows read`),
    ...(path !== undefined && {
      refused: {
        begin: async () => {
          await refused?.end();
          refused = await openRefusedFile(path);
        },
        add: async (row) => {
          refused?.add(row);
          await refused?.drained();
        },
      },
    }),
  });
  await refused?.end();
  progress.end();
  for (const { level, text } of understood.notes) around.writeError(`${level === 'warning' ? 'WARNING' : 'note'}: ${text}\n`);
  if (path !== undefined && understood.refused.length > 0) around.writeError(`note: the refused rows are listed in ${path}.\n`);
  return understood;
};

const agree = async (
  around: StageSurroundings,
  { yes }: ImportFlags,
  stage: string,
  { tickets }: Understanding,
  confirm: (what: string) => Promise<void>,
): Promise<void> => {
  if (yes === true) return;
  // Production asks in its own way.
  if (stage === 'prod') return confirm(`import ${counted(tickets, 'ticket')}`);
  const answer = await around.ask(`Import ${counted(tickets, 'ticket')} into ${stage}? [y/N] `);
  if (!/^\s*y(es)?\s*$/iu.test(answer)) throw new UserError('Nothing was imported.');
};

const jsonOf = ({ order: _order, nameOf: _nameOf, ...understood }: Understanding): object => understood;

const announcedTexts = (announced: Announcement | undefined): readonly string[] =>
  announced === undefined ? [] : [announced.encoding, announced.leftOut].filter((text) => text !== '');

const retrainingText = (retraining: StartedRetraining | undefined, stage: string): string => {
  const status = `npm run -s signalbox -- status${stage === 'local' ? '' : ` --stage ${stage}`}`;
  switch (retraining?.kind) {
    case undefined:
      return 'No retraining was started; the weekly one will read them.';
    case 'started':
      return `Retraining has started; ${status} says how far it is.`;
    case 'running':
      return `A retraining runs already, and may not have seen these tickets; when ${status} says that it has ended, import the same file again: that adds nothing, and starts another.`;
  }
};
