import { untilAborted } from '../until-aborted.ts';
import { EndpointBusyError } from './errors.ts';
import type { ServingResources } from './serving-resources.ts';

/** An endpoint is made in some minutes; looking twelve times a minute costs nothing. */
const POLL_MS = 5_000;
/** Until a listing shows what was just deleted. */
const SETTLE_MS = 1_000;

/** What starts retrainings, and those that run. */
export interface RetrainingRuns {
  /** No schedule starts another one from now on. */
  disableSchedule(): Promise<void>;
  /** Stops all that are running. Returns how many that were. */
  stopAll(cause: string): Promise<number>;
}

export interface RemoveEndpointsDeps {
  readonly runs: RetrainingRuns;
  readonly servingResources: ServingResources;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Removes every endpoint of every version, when the stack goes. First what would make new ones is stopped; an endpoint that is still
 * being made is waited for, because it can only be deleted then. Ends once nothing is left but what SageMaker is deleting already.
 * @param signal ends the waiting
 * @returns names of what was removed
 * @throws EndpointBusyError when the signal came first, naming what is left
 */
export const removeEndpoints =
  (deps: RemoveEndpointsDeps) =>
  async (signal: AbortSignal): Promise<readonly string[]> => {
    const progress: Progress = { removed: new Set(), left: new Set() };
    try {
      await untilAborted(removeAll(deps, progress, signal), signal);
    } catch (error) {
      throw signal.aborted ? new EndpointBusyError([...progress.left]) : error;
    }
    return [...progress.removed];
  };

interface Progress {
  readonly removed: Set<string>;
  readonly left: Set<string>;
}

async function removeAll(
  { runs, servingResources, sleep }: RemoveEndpointsDeps,
  { removed, left }: Progress,
  signal: AbortSignal,
): Promise<void> {
  await runs.disableSchedule();
  while (!signal.aborted) {
    // Again in every round: a rule on the bus may have started another one.
    await runs.stopAll('The stack is being deleted.');
    const found = (await servingResources.list()).filter(({ endpoint, name }) => endpoint !== 'going' || !removed.has(name));
    if (found.length === 0) return;
    left.clear();
    for (const { name } of found) left.add(name);
    for (const resource of found) {
      if (signal.aborted || (await servingResources.remove(resource)) === 'busy') continue;
      left.delete(resource.name);
      removed.add(resource.name);
    }
    await sleep(left.size > 0 ? POLL_MS : SETTLE_MS);
  }
}
