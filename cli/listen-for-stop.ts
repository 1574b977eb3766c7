/** How often it is looked whether whoever started this process is still there. */
const STARTER_POLL_MS = 1_000;

export interface Stopping {
  /** Aborts on Ctrl-C, on SIGTERM, and when whoever started this process is gone. */
  readonly signal: AbortSignal;
  /** Resolves when the signal aborts. */
  readonly stopped: Promise<void>;
  /** Listens no more. */
  release(): void;
}

/** Listens for the end that somebody else decides on. */
export const listenForStop = (): Stopping => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Stopped());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Killed, the starter can pass no signal on; its child is then handed to another parent.
  const starter = process.ppid;
  const starterWatch = setInterval(() => process.ppid !== starter && stop(), STARTER_POLL_MS).unref();
  return {
    signal: stopping.signal,
    stopped: new Promise((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true })),
    release: () => {
      clearInterval(starterWatch);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
};

class Stopped extends Error {
  override readonly name = 'Stopped';
}
