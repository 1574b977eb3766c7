import { sharedTimeReader } from '../shared-time.ts';

const WallDate = Date;
const readWall = Date.now;

/** Wall time in milliseconds, whatever `Date` says in this thread. */
export const wallNow = (): number => readWall.call(WallDate);

/**
 * Makes `Date.now`, `new Date()` and `Date()` of this thread read the local cloud's clock, so that what a function stores and
 * compares is of one time with its queues and schedules. `performance.now` and timers stay at wall speed: code computes at it.
 * A date formatter that is given no date reads the wall too.
 */
export const readDatesFrom = (memory: SharedArrayBuffer): void => {
  const now = sharedTimeReader(memory, wallNow);
  WallDate.now = now;
  const CloudDate = new Proxy(WallDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new WallDate(now()).toString(),
  });
  WallDate.prototype.constructor = CloudDate;
  globalThis.Date = CloudDate;
};
