import type { Begun } from './steps.ts';

/** Who retrains, and on what. */
export interface Holding {
  readonly executionId: string;
  /** Past it the holder counts as dead, and anybody may take the lock. */
  readonly expiresAtMs: number;
  readonly begun: Begun;
}

/** One retraining at a time. */
export interface RetrainingLock {
  /** Strongly consistent. */
  read(): Promise<Holding | undefined>;
  /** Takes it where it is free, has expired by `nowMs`, or is held by the same execution already. */
  take(holding: Holding, nowMs: number): Promise<'taken' | 'held'>;
  /** Gives it back where this execution holds it; else changes nothing. */
  release(executionId: string): Promise<void>;
}
