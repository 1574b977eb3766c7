import type { Clock } from '../clock.ts';
import type { State } from './state.ts';

/** When a resource was made first: deploying the same stack again does not make it anew. Milliseconds since the epoch. */
export const createdAt = (state: State, arn: string, clock: Clock): number => {
  const times = state.section<number>(`created-at/${arn}`);
  const [first] = times.restored();
  if (first) return first[1];
  const now = clock.now();
  times.put('at', now);
  return now;
};
