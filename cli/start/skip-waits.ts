import type { LocalCloud } from '@signalbox/local-cloud/cloud.ts';

/** How far the clock may run ahead before the work is looked at again, in milliseconds of the cloud's clock. */
const STEP_MS = 1_000;

/** Waits for some work of a local cloud, and lets its clock jump over every wait in which nothing is computed. */
export const skippingWaits = async <T>(cloud: Pick<LocalCloud, 'runFor'>, work: Promise<T>): Promise<T> => {
  const ended = new AbortController();
  const jumping = (async () => {
    while (!ended.signal.aborted) await cloud.runFor(STEP_MS);
  })();
  try {
    return await work;
  } finally {
    ended.abort();
    await jumping;
  }
};
