import type { Pause } from '../pause/pauses.ts';
import type { Pointer } from '../retrain/pointer.ts';

/** What routing goes by at the moment. */
export interface LiveRouting {
  readonly pointer: Pointer;
  /** Set while people have paused automation: then they decide about every ticket. */
  readonly pause: Pause | undefined;
}
