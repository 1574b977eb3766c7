import type { Clock } from '../../core/clock.ts';

/**
 * What `read` gave at most `maxAgeMs` ago. Its age counts from the moment the read was sent, callers at the same time share one
 * read, and a read that failed is not kept.
 */
export function cachedRead<T>({
  read,
  clock,
  maxAgeMs,
}: {
  readonly read: () => Promise<T>;
  readonly clock: Clock;
  readonly maxAgeMs: number;
}): () => Promise<T> {
  let cached: { readonly readAtMs: number; readonly value: Promise<T> } | undefined;
  return () => {
    const now = clock.now();
    if (cached !== undefined && now - cached.readAtMs < maxAgeMs) return cached.value;
    const mine = { readAtMs: now, value: read() };
    cached = mine;
    mine.value.catch(() => {
      if (cached === mine) cached = undefined;
    });
    return mine.value;
  };
}
