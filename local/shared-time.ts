/**
 * The clock's time in memory that worker threads share: `[0]` says how to read `[1]`, 0 as milliseconds ahead of the wall, 1 as the
 * time itself. Atomic reads, since a worker may look just while the clock jumps.
 */
export interface SharedTime {
  readonly memory: SharedArrayBuffer;
  /** Milliseconds, whole. */
  set(value: number): void;
}

export const createSharedTime = (kind: 'ahead-of-wall' | 'absolute', value: number): SharedTime => {
  const cells = new BigInt64Array(new SharedArrayBuffer(16));
  const set = (ms: number): void => void Atomics.store(cells, 1, BigInt(ms));
  Atomics.store(cells, 0, kind === 'absolute' ? 1n : 0n);
  set(value);
  return { memory: cells.buffer, set };
};

/** How a thread reads the clock; `wallNow` is the thread's own wall time. */
export const sharedTimeReader = (memory: SharedArrayBuffer, wallNow: () => number): (() => number) => {
  const cells = new BigInt64Array(memory);
  return Atomics.load(cells, 0) === 1n ? () => Number(Atomics.load(cells, 1)) : () => wallNow() + Number(Atomics.load(cells, 1));
};
