import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encoderFolderOf } from '../../model/encoder/installed-encoders.ts';
import type { Manifest } from '../../model/manifest.ts';
import { createProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { readTickets } from '../table/read-tickets.ts';
import type { TicketColumns, Tickets } from '../table/read-tickets.ts';
import { writeNotes } from '../table/write-notes.ts';
import { untilStopped } from '../until-stopped.ts';
import { UserError } from '../user-error.ts';
import { checkOutput, openOutput } from './output-folder.ts';
import { trainingText } from './print-training.ts';
import type { TrainingSummary } from './print-training.ts';
import { runTraining } from './run-training.ts';
import { writeTrainingChannel } from './training-channel.ts';

export interface TrainOptions {
  readonly data: string;
  readonly text: readonly string[];
  /** Head → column. */
  readonly label: Readonly<Record<string, string>>;
  readonly out: string;
  readonly validation?: string;
  readonly time?: string;
  readonly id?: string;
  readonly language?: string;
  readonly seed: number;
  readonly targetAccuracy?: number;
  readonly modelVersion: string;
  readonly encoder: string;
  readonly encoders: string;
  readonly checkpoints?: string;
  readonly force?: true;
  readonly json?: true;
}

/** Trains a model on a file, and says how good it is. */
export const train = async (options: TrainOptions): Promise<void> => {
  const startedAt = performance.now();
  const encoderFolder = encoderFolderOf(options.encoder, options.encoders);
  await checkOutput(options.out, options.force === true ? 'a model' : 'nothing');
  const progress = createProgress();
  progress.show(`reading ${options.data}`);
  const columns: TicketColumns = {
    text: options.text,
    labels: options.label,
    time: options.time,
    id: options.id,
    language: options.language,
  };
  const tickets = await readTickets(options.data, columns);
  const validation =
    options.validation === undefined
      ? undefined
      : await readTickets(options.validation, { ...columns, knownLabels: labelsOf(tickets) });
  progress.end();
  writeNotes([...tickets.report.notes, ...(validation?.report.notes ?? [])]);
  await untilStopped(async (signal) => {
    const { manifest, artifact } = await trainOn(tickets, validation, encoderFolder, options, progress, signal);
    const summary: TrainingSummary = {
      out: options.out,
      read: tickets.report,
      ...(validation === undefined ? {} : { validationRead: validation.report }),
      seed: options.seed,
      encoder: manifest.encoder,
      heads: Object.fromEntries(
        Object.entries(manifest.heads).map(([name, { labels, leftOut, threshold }]) => [
          name,
          { labels: labels.length, leftOut, threshold, ...manifest.metrics[name] },
        ]),
      ),
      seconds: Math.round(performance.now() - startedAt) / 1000,
      artifact,
    };
    process.stdout.write(`${options.json === true ? JSON.stringify(summary) : trainingText(summary)}\n`);
  });
};

/** The model is in its place when this is done; whatever goes wrong, nothing of it is. */
const trainOn = async (
  tickets: Tickets,
  validation: Tickets | undefined,
  encoderFolder: string,
  options: TrainOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ readonly manifest: Manifest; readonly artifact: TrainingSummary['artifact'] }> => {
  const output = await openOutput(options.out);
  const channels = await mkdtemp(join(tmpdir(), 'signalbox-train-'));
  try {
    await writeTrainingChannel(channels, tickets, validation);
    const hyperparameters = {
      kind: 'routing',
      version: options.modelVersion,
      seed: String(options.seed),
      ...(options.targetAccuracy === undefined ? {} : { targetAccuracy: String(options.targetAccuracy) }),
    };
    const manifest = await runTraining(
      {
        inputFolder: channels,
        outputFolder: output.draft,
        encoderFolder,
        hyperparameters,
        checkpointFolder: options.checkpoints,
      },
      (stage, share) => progress.show(stage, share),
      signal,
    );
    const artifact = await measure(output.draft);
    signal.throwIfAborted();
    await output.publish();
    return { manifest, artifact };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new UserError('There is no space left on the disk; free some and run it again.', { cause: error });
    throw error;
  } finally {
    progress.end();
    await output.discard();
    await rm(channels, { recursive: true, force: true });
  }
};

/** Head → its labels. */
const labelsOf = ({ labels }: Tickets): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(labels).map(([head, given]) => [head, [...new Set(given.filter((label) => label !== undefined))]]),
  );

/** The manifest holds every other file's hash, so its own stands for the whole model. */
const measure = async (folder: string): Promise<TrainingSummary['artifact']> => {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(names.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  const manifest = await readFile(join(folder, 'manifest.json'));
  return {
    files: names.length,
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    sha256: createHash('sha256').update(manifest).digest('hex'),
  };
};
