import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Manifest } from '../../model/manifest.ts';
import { UserError } from '../user-error.ts';
import type { TrainingJob, TrainingMessage } from './training-process.ts';

/**
 * Trains in a process of its own: so Ctrl-C ends even a long computation at once.
 * @throws UserError where the data or the options cannot give a model; the signal's reason where it is aborted
 */
export const runTraining = (
  job: TrainingJob,
  onProgress: (stage: string, share: number) => void,
  signal: AbortSignal,
): Promise<Manifest> =>
  new Promise((done, failed) => {
    signal.throwIfAborted();
    const child = fork(join(import.meta.dirname, 'training-process.ts'), [JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let manifest: Manifest | undefined;
    let refused: string | undefined;
    let said = '';
    const abort = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', abort, { once: true });
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('message', (message: TrainingMessage) => {
      if (message.kind === 'progress') onProgress(message.stage, message.total === 0 ? 0 : message.done / message.total);
      else if (message.kind === 'trained') ({ manifest } = message);
      else refused = message.reason;
    });
    child.on('error', failed);
    child.on('close', (code, endedBy) => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) failed(signal.reason as Error);
      else if (refused !== undefined) failed(new UserError(refused));
      else if (manifest !== undefined) done(manifest);
      else if (endedBy === 'SIGKILL' || /heap out of memory/u.test(said))
        failed(new UserError('The training ran out of memory; give fewer tickets, or a machine with more.'));
      else failed(new Error(`The training process ended with ${endedBy ?? code}.\n${said}`));
    });
  });
