import type { Clock } from '../clock.ts';
import type { DiskState } from './disk-state.ts';

/** What else passed for the cloud between two runs: at wall speed the wall's time, for a clock that is handed in nothing. */
export type Meanwhile = 'wall-time-passed' | 'stood-still';

/** Moves the clock to where the last run left it, never back, and has the state keep it from here on. */
export const continueClock = async (clock: Clock, state: DiskState, meanwhile: Meanwhile): Promise<Clock> => {
  const { lastTime } = state;
  if (lastTime) {
    const passedMs = meanwhile === 'wall-time-passed' ? Math.max(0, Date.now() - lastTime.wallMs) : 0;
    await clock.advance(Math.max(0, lastTime.cloudMs + passedMs - clock.now()));
  }
  state.useClock(() => clock.now());
  state.touch();
  return {
    ...clock,
    advance: async (ms) => {
      await clock.advance(ms);
      state.touch();
    },
  };
};
