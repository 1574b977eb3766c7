import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/** Longer than a cold endpoint and its function take: past it a ticket is decided without the model anyway. */
export const WAIT_SECONDS = 60;

/** Looks until there is something to see; undefined where it takes longer than a minute. */
export const waitFor = async <T>(look: () => Promise<T | undefined>): Promise<T | undefined> => {
  const deadline = performance.now() + WAIT_SECONDS * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() > deadline) return seen;
    await sleep(POLL_MS);
  }
};
