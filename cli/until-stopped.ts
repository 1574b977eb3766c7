/** Ctrl-C, as a shell counts it. */
const STOPPED = 130;

class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Runs work that Ctrl-C aborts; it then cleans up after itself, and the process ends with 130. */
export const untilStopped = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Stopped());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await work(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exitCode = STOPPED;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
};
