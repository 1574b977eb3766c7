import type { ServingResources } from './serving-resources.ts';

/** An endpoint is made in some minutes; looking four times a minute costs nothing. */
const POLL_MS = 15_000;
/** Until a listing shows what was just deleted. */
const SETTLE_MS = 1_000;

/** What starts retrainings, and those that run. */
export interface RetrainingRuns {
  /** No schedule starts another one from now on. */
  disableSchedule(): Promise<void>;
  /** Stops all that are running. Returns how many that were. */
  stopAll(reason: string): Promise<number>;
}

export interface RemoveEndpointsDeps {
  readonly runs: RetrainingRuns;
  readonly servingResources: ServingResources;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Removes every endpoint of every version, when the stack goes. First what would make new ones is stopped; an endpoint that is still
 * being made is waited for, because it can only be deleted then. Ends once nothing is left but what SageMaker is deleting already.
 * @param signal ends the waiting; SageMaker is not asked any more after that
 * @throws the signal's reason
 */
export const removeEndpoints =
  ({ runs, servingResources, sleep }: RemoveEndpointsDeps) =>
  async (signal: AbortSignal): Promise<readonly string[]> => {
    await runs.disableSchedule();
    const removed = new Set<string>();
    for (;;) {
      // Again in every round: a rule on the bus may have started another one.
      await runs.stopAll('The stack is being deleted.');
      signal.throwIfAborted();
      const left = (await servingResources.list()).filter(({ endpoint, name }) => endpoint !== 'going' || !removed.has(name));
      if (left.length === 0) return [...removed];
      let busy = false;
      for (const resource of left) {
        signal.throwIfAborted();
        if ((await servingResources.remove(resource)) === 'busy') busy = true;
        else removed.add(resource.name);
      }
      await sleep(busy ? POLL_MS : SETTLE_MS);
    }
  };
