import type { CancelTimer, Clock } from '../clock.ts';
import { attributeOf, type Item } from './attribute-value.ts';

const MINUTE_MS = 60_000;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html#time-to-live-ttl-before-you-start-formatting
const FIVE_YEARS_MS = 5 * 365 * 86_400_000;
// A number this far off (year 9999) is milliseconds taken for seconds, as on AWS it never comes.
const NEVER_MS = 253_402_300_800_000;

/** Milliseconds since the epoch at which an item's life ends; undefined if it has no number at that attribute. */
export const expiryOf = (item: Item, attribute: string): number | undefined => {
  const value = attributeOf(item, attribute);
  return value && 'N' in value ? Number(value.N) * 1000 : undefined;
};

/**
 * Deletes expired entries by the clock, at the end of the minute in which they expire: AWS takes up to days, and until then
 * both return them from reads. One timer, for the first minute that has something to delete, so that a clock which jumps to the next
 * timer is not stopped at every minute.
 */
export const createExpirySchedule = <Entry extends { readonly item: Item }>(
  clock: Clock,
  attribute: string,
  expire: (entry: Entry) => void,
) => {
  const byMinute = new Map<number, Set<Entry>>();
  const minuteOf = new WeakMap<Entry, number>();
  let armedFor: number | undefined;
  let cancelTimer: CancelTimer = () => undefined;

  const arm = (): void => {
    let first: number | undefined;
    for (const minute of byMinute.keys()) if (first === undefined || minute < first) first = minute;
    armFor(first);
  };

  const armFor = (minute: number | undefined): void => {
    if (minute === armedFor) return;
    cancelTimer();
    armedFor = minute;
    if (minute !== undefined) cancelTimer = clock.setTimer(Math.max(0, minute * MINUTE_MS - clock.now()), sweep);
  };

  const sweep = (): void => {
    armedFor = undefined;
    const now = clock.now();
    for (const [minute, entries] of byMinute) {
      if (minute * MINUTE_MS > now) continue;
      byMinute.delete(minute);
      for (const entry of entries) expire(entry);
    }
    arm();
  };

  const add = (entry: Entry): void => {
    const expiry = expiryOf(entry.item, attribute);
    const now = clock.now();
    if (expiry === undefined || expiry >= NEVER_MS || expiry < now - FIVE_YEARS_MS) return;
    const minute = Math.floor(Math.max(expiry, now) / MINUTE_MS) + 1;
    const entries = byMinute.get(minute);
    if (entries) entries.add(entry);
    else byMinute.set(minute, new Set([entry]));
    minuteOf.set(entry, minute);
    if (armedFor === undefined || minute < armedFor) armFor(minute);
  };

  const remove = (entry: Entry): void => {
    const minute = minuteOf.get(entry);
    const entries = minute === undefined ? undefined : byMinute.get(minute);
    if (minute === undefined || !entries?.delete(entry) || entries.size > 0) return;
    byMinute.delete(minute);
    if (minute === armedFor) arm();
  };

  const close = (): void => {
    byMinute.clear();
    armFor(undefined);
  };

  return { add, remove, close };
};
