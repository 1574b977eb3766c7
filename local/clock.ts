import { createSharedTime } from './shared-time.ts';

/** Cancels a timer; cancelling twice, or after it has fired, does nothing. */
export type CancelTimer = () => void;

/** The one clock that every timer of the local cloud reads. Times are milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /**
   * Calls `fire` once, `delayMs` (≥ 0) of this clock's time from now. A `lax` timer is for what only ends a wait for nothing, such as
   * a long poll: a jump of the clock passes over it, and it fires where the clock stops next. Weeks would otherwise be full of them.
   */
  setTimer(delayMs: number, fire: () => void, urgency?: 'exact' | 'lax'): CancelTimer;
  /** Resolves after `delayMs`; resolves early, without error, when `signal` aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Moves the clock forward and fires what became due, in order of due time. */
  advance(ms: number): Promise<void>;
  /** When the next timer is due that a jump stops for. */
  nextDue(): number | undefined;
  /** This clock's time for worker threads, read by `sharedTimeReader`. Child processes have no part in it: they see the wall. */
  readonly shared: SharedArrayBuffer;
}

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly urgency: 'exact' | 'lax';
  readonly fire: () => void;
}

/** Where real time comes from; a test hands in its own. */
interface TimeSource {
  readonly now: () => number;
  /** Where the source stands still, so that other threads need not read it. */
  readonly standsAt?: number;
  /** Arranges one wake-up; returns how to cancel it. */
  readonly wakeAfter: (ms: number, wake: () => void) => CancelTimer;
}

const wallTime: TimeSource = {
  now: () => Date.now(),
  wakeAfter: (ms, wake) => {
    const handle = setTimeout(wake, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(handle);
  },
};

/** Runs at wall speed, and jumps ahead on `advance`. */
export const startWallClock = (): Clock => createClock(wallTime);

/** Stands still until `advance` is called. */
export const startSteppedClock = (startMs: number): Clock =>
  createClock({ now: () => startMs, standsAt: startMs, wakeAfter: () => () => undefined });

const createClock = (source: TimeSource): Clock => {
  const timers = new Set<Timer>();
  const { standsAt } = source;
  const shared = createSharedTime(standsAt === undefined ? 'ahead-of-wall' : 'absolute', standsAt ?? 0);
  let offsetMs = 0;
  let orders = 0;
  let cancelWake: CancelTimer = () => undefined;

  const now = (): number => source.now() + offsetMs;

  const jump = (ms: number): void => {
    offsetMs += Math.max(0, ms);
    shared.set((standsAt ?? 0) + offsetMs);
  };

  const next = (which: 'exact' | 'any'): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (which === 'exact' && timer.urgency === 'lax') continue;
      if (!first || timer.dueAt < first.dueAt || (timer.dueAt === first.dueAt && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const arm = (): void => {
    cancelWake();
    cancelWake = () => undefined;
    const first = next('any');
    if (!first) return;
    cancelWake = source.wakeAfter(Math.max(0, first.dueAt - now()), () => {
      fireDue();
      arm();
    });
  };

  const fireDue = (): void => {
    for (let first = next('any'); first && first.dueAt <= now(); first = next('any')) {
      timers.delete(first);
      first.fire();
    }
  };

  const setTimer = (delayMs: number, fire: () => void, urgency: 'exact' | 'lax' = 'exact'): CancelTimer => {
    const timer: Timer = { dueAt: now() + Math.max(0, Math.ceil(delayMs)), order: orders++, urgency, fire };
    timers.add(timer);
    if (next('any') === timer) arm();
    return () => {
      if (timers.delete(timer)) arm();
    };
  };

  const sleep = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = setTimer(delayMs, done);
      signal?.addEventListener('abort', done, { once: true });
    });

  const advance = async (ms: number): Promise<void> => {
    const target = now() + Math.ceil(ms);
    for (let first = next('exact'); first && first.dueAt <= target; first = next('exact')) {
      jump(first.dueAt - now());
      fireDue();
      await turn();
    }
    jump(target - now());
    fireDue();
    await turn();
    arm();
  };

  const nextDue = (): number | undefined => next('exact')?.dueAt;

  return { now, setTimer, sleep, advance, nextDue, shared: shared.memory };
};

/** Lets what a timer woke run, so that timers it sets are seen in order. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
