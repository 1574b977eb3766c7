/** How often it is looked whether whoever started this process is still there. */
const STARTER_POLL_MS = 1_000;

export interface Stopping {
  /** Aborts on Ctrl-C, on SIGTERM, when the terminal is closed, and when whoever started this process is gone. */
  readonly signal: AbortSignal;
  /** Resolves when the signal aborts. */
  readonly stopped: Promise<void>;
  /** Listens no more. */
  release(): void;
}

/** Listens for the end that somebody else decides on. A second Ctrl-C does not wait until everything is put away. */
export const listenForStop = (): Stopping => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Stopped());
  const interrupt = (): void => (stopping.signal.aborted ? process.exit(130) : stop());
  process.on('SIGINT', interrupt);
  // These two come from the terminal or the system and once more from whoever started this process: a repetition says nothing new.
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  // Killed, the starter can pass no signal on; its child is then handed to another parent.
  const starter = process.ppid;
  const starterWatch = setInterval(() => process.ppid !== starter && stop(), STARTER_POLL_MS).unref();
  return {
    signal: stopping.signal,
    stopped: new Promise((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true })),
    release: () => {
      clearInterval(starterWatch);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', stop);
      process.off('SIGHUP', stop);
    },
  };
};

class Stopped extends Error {
  override readonly name = 'Stopped';
}
