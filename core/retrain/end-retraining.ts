import type { Clock } from '../clock.ts';
import { EndpointBusyError } from './errors.ts';
import type { ModelVersions } from './model-versions.ts';
import { writePointer } from './move-pointer.ts';
import { withdraw } from './pointer-moves.ts';
import type { Pointer } from './pointer.ts';
import type { Pointers } from './pointers.ts';
import type { RetrainingLock } from './retraining-lock.ts';
import type { ServingResource, ServingResources } from './serving-resources.ts';
import type { EndInput } from './steps.ts';

/**
 * What may go at the end of a retraining: what the pointer does not name, up to the version that ends. A newer version belongs to a
 * retraining that took the lock over, and may not be in the pointer yet.
 */
export function removable(
  pointer: Pointer,
  endingVersion: number,
  resources: readonly ServingResource[],
): readonly ServingResource[] {
  const kept = new Set([pointer.champion, pointer.previous, pointer.challenger?.version]);
  return resources.filter(({ version }) => version <= endingVersion && !kept.has(version));
}

export interface EndDeps {
  readonly pointers: Pointers;
  readonly servingResources: ServingResources;
  readonly versions: Pick<ModelVersions, 'recordOutcome'>;
  readonly lock: Pick<RetrainingLock, 'release'>;
  readonly clock: Clock;
  /** Lasts until no running function still sends tickets to a challenger that was withdrawn. */
  readonly untilPointerIsSeen: () => Promise<void>;
}

export interface Ended {
  readonly removed: readonly string[];
}

/**
 * Leaves things as they should be after a retraining, whatever became of it; may be repeated. The champion is never touched.
 * @throws EndpointBusyError once all else is done and the lock is free, where an endpoint could not be deleted yet
 */
export const endRetraining =
  ({ pointers, servingResources, versions, lock, clock, untilPointerIsSeen }: EndDeps) =>
  async ({ version, executionId, outcome, reason }: EndInput): Promise<Ended> => {
    try {
      const before = await pointers.read();
      const pointer = await writePointer(pointers, (current) => withdraw(current, version));
      if (pointer.challenger === null && (before.challenger?.share ?? 0) > 0) await untilPointerIsSeen();
      // A promotion that went through stays one, whatever failed after it.
      const became = pointer.champion === version ? 'promoted' : outcome;
      await versions.recordOutcome(version, { outcome: became, reason, endedAt: new Date(clock.now()).toISOString() });

      const removed: string[] = [];
      const busy: string[] = [];
      for (const resource of removable(pointer, version, await servingResources.list())) {
        const result = await servingResources.remove(resource);
        (result === 'removed' ? removed : busy).push(resource.name);
      }
      if (busy.length > 0) throw new EndpointBusyError(busy);
      return { removed };
    } finally {
      // Whatever failed is tried again by the workflow; nobody has to wait for it.
      await lock.release(executionId);
    }
  };
