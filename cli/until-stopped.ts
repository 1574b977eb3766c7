import { listenForStop } from './listen-for-stop.ts';

/** Ctrl-C, as a shell counts it. */
const STOPPED = 130;

/** Runs work that Ctrl-C aborts; it then cleans up after itself, and the process ends with 130. */
export const untilStopped = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const stopping = listenForStop();
  try {
    await work(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exitCode = STOPPED;
  } finally {
    stopping.release();
  }
};
