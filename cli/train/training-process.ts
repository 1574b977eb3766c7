import { ModelError, reasonOf } from '../../model/errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import { openEncoder } from '../../model/encoder/open-encoder.ts';
import { trainFolder } from '../../model/train.ts';

/** What the training process is started with, as its only argument. */
export interface TrainingJob {
  readonly inputFolder: string;
  readonly outputFolder: string;
  readonly encoderFolder: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly checkpointFolder?: string | undefined;
}

/** What the training process tells its starter. */
export type TrainingMessage =
  | { readonly kind: 'progress'; readonly stage: string; readonly done: number; readonly total: number }
  | { readonly kind: 'trained'; readonly manifest: Manifest }
  /** The data or the options cannot give a model. */
  | { readonly kind: 'refused'; readonly reason: string };

const tell = (message: TrainingMessage): Promise<void> =>
  new Promise((done) => {
    if (process.send === undefined) done();
    else process.send(message, () => done());
  });

// Whoever started it is gone: nobody waits for the model any more.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole group; the starter decides what becomes of it.
process.on('SIGINT', () => undefined);

const { inputFolder, outputFolder, encoderFolder, hyperparameters, checkpointFolder } = JSON.parse(
  process.argv[2] ?? '{}',
) as TrainingJob;
try {
  const manifest = await trainFolder(
    inputFolder,
    outputFolder,
    hyperparameters,
    await openEncoder(encoderFolder, { threads: 2 }),
    (progress) => void tell({ kind: 'progress', ...progress }),
    checkpointFolder,
  );
  await tell({ kind: 'trained', manifest });
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  await tell({ kind: 'refused', reason: reasonOf(error) });
}
process.disconnect?.();
