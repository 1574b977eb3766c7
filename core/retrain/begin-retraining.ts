import type { Clock } from '../clock.ts';
import { pauseText } from '../pause/pauses.ts';
import type { Pauses } from '../pause/pauses.ts';
import { RetrainingAlreadyRunningError, RetrainingPausedError } from './errors.ts';
import type { ModelVersions } from './model-versions.ts';
import type { Pointers } from './pointers.ts';
import type { Holding, RetrainingLock } from './retraining-lock.ts';
import type { BeginInput, Begun } from './steps.ts';

export interface BeginDeps {
  readonly lock: RetrainingLock;
  readonly versions: Pick<ModelVersions, 'allocate' | 'open'>;
  readonly pointers: Pick<Pointers, 'read'>;
  readonly pauses: Pick<Pauses, 'read'>;
  readonly clock: Clock;
  /** Longer than the longest retraining: an older lock is taken over. */
  readonly lockSeconds: number;
}

/**
 * Takes the lock and a version number. The same execution asking again is told the same; a number may be skipped, never reused.
 * @throws RetrainingPausedError while people have paused retraining; RetrainingAlreadyRunningError where another execution holds the lock
 */
export const beginRetraining =
  ({ lock, versions, pointers, pauses, clock, lockSeconds }: BeginDeps) =>
  async ({ executionId, trigger }: BeginInput): Promise<Begun> => {
    const nowMs = clock.now();
    const open = async (begun: Begun): Promise<Begun> => {
      await versions.open({
        version: begun.version,
        champion: begun.champion,
        trigger,
        executionId,
        createdAt: begun.startedAt,
      });
      return begun;
    };
    const before = await lock.read();
    if (before?.executionId === executionId) return open(before.begun);
    const pause = await pauses.read('retraining');
    if (pause) throw new RetrainingPausedError(pauseText(pause));
    // Asked before a number is allocated, so that refused attempts do not use numbers up.
    if (before !== undefined && before.expiresAtMs > nowMs) throw alreadyRunning(before);

    const { champion } = await pointers.read();
    const begun = { version: await versions.allocate(), startedAt: new Date(nowMs).toISOString(), champion };
    const holding = { executionId, expiresAtMs: nowMs + lockSeconds * 1000, begun };
    if ((await lock.take(holding, nowMs)) === 'held') throw alreadyRunning((await lock.read()) ?? holding);
    return open(begun);
  };

const alreadyRunning = ({ executionId, expiresAtMs }: Holding): RetrainingAlreadyRunningError =>
  new RetrainingAlreadyRunningError(executionId, expiresAtMs);
