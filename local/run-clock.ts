import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Drives a clock as fast as the work allows. */
export interface ClockRunner {
  /**
   * Jumps from timer to timer until that time. It jumps only when nothing computes: what waits for the clock itself (a Wait, a
   * retry's delay, a visibility timeout, a long poll) is what the jumps are for, and does not hold it up.
   */
  runUntil(timeMs: number): Promise<void>;
  runFor(ms: number): Promise<void>;
}

/** What the local cloud itself may ask of the runner besides. */
export interface InnerClockRunner extends ClockRunner {
  /**
   * Waits for work, and jumps over whatever that waits for in the meantime. While `isWaiting` is false nothing is known to wait for
   * the clock, so that it is left alone: the work is done by somebody outside.
   */
  readonly jumpUntilDone: <T>(work: Promise<T>, isWaiting: () => boolean) => Promise<T>;
}

/** Between two looks at what is done outside. Wall time. */
const LOOK_MS = 5;

/** Work passes from one engine to the next over promises; after so many turns of the event loop nothing is on its way any more. */
const quietTurns = 4;

export const createClockRunner = (clock: Clock, isComputing: () => boolean): InnerClockRunner => {
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < quietTurns;) {
      if (isComputing()) {
        quiet = 0;
        await delay(1);
      } else {
        quiet++;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };

  const runUntil = async (timeMs: number): Promise<void> => {
    for (;;) {
      await settle();
      const next = clock.nextDue();
      if (next === undefined || next > timeMs) break;
      await clock.advance(Math.max(0, next - clock.now()));
    }
    await clock.advance(Math.max(0, timeMs - clock.now()));
    await settle();
  };

  const jumpUntilDone: InnerClockRunner['jumpUntilDone'] = async (work, isWaiting) => {
    let isDone = false;
    const ended = work.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    const jumping = async (): Promise<void> => {
      for (;;) {
        await settle();
        if (isDone) return;
        const next = clock.nextDue();
        if (isWaiting() && next !== undefined) await clock.advance(Math.max(0, next - clock.now()));
        else await Promise.race([ended, delay(LOOK_MS)]);
      }
    };
    await jumping();
    return work;
  };

  return { jumpUntilDone, runUntil, runFor: (ms) => runUntil(clock.now() + ms) };
};

/** A clock, and how many of its sleeps are not over: who sleeps does not compute. */
export const countSleeps = (clock: Clock): { readonly clock: Clock; readonly sleeping: () => number } => {
  let sleeping = 0;
  const sleep: Clock['sleep'] = async (delayMs, signal) => {
    sleeping++;
    await clock.sleep(delayMs, signal);
    sleeping--;
  };
  return { clock: { ...clock, sleep }, sleeping: () => sleeping };
};
