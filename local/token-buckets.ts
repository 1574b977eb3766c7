import type { Clock } from './clock.ts';

/** How fast a bucket fills, and what it holds at most. */
export interface Filling {
  readonly perSecond: number;
  readonly most: number;
}

/** Budgets by name, refilled by the clock. A new one holds what a second brings. */
export interface TokenBuckets {
  /** Whether something is left: of that, a large piece of work may take more than there is, and owes the rest. */
  hasSome(name: string, filling: Filling): boolean;
  take(name: string, filling: Filling, units: number): void;
}

interface Bucket {
  level: number;
  filledAtMs: number;
}

export const createTokenBuckets = (clock: Pick<Clock, 'now'>): TokenBuckets => {
  const buckets = new Map<string, Bucket>();

  const filled = (name: string, { perSecond, most }: Filling): Bucket => {
    const now = clock.now();
    let bucket = buckets.get(name);
    if (!bucket) buckets.set(name, (bucket = { level: Math.min(perSecond, most), filledAtMs: now }));
    bucket.level = Math.min(most, bucket.level + ((now - bucket.filledAtMs) / 1000) * perSecond);
    bucket.filledAtMs = now;
    return bucket;
  };

  return {
    hasSome: (name, filling) => filled(name, filling).level > 0,
    take: (name, filling, units) => {
      filled(name, filling).level -= units;
    },
  };
};
