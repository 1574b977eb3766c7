import type { AbstainReason } from '../../core/contracts/bus-event.ts';

/** Why a ticket was left to people, as somebody who runs a support desk says it. */
export const REASONS: Readonly<Record<AbstainReason, string>> = {
  'low-confidence': 'not sure enough where it belongs',
  'out-of-scope': 'unlike anything that was seen before',
  'no-text': 'no words to go by',
  'not-scored': 'the model could not read it',
  'no-model': 'no model was live',
  degraded: 'the model did not answer in time',
  paused: 'automation was paused',
  'retired-label': 'its team is no more',
};

/** What the workflow does in a state that takes a while. */
const STATES: Readonly<Record<string, string>> = {
  Snapshot: 'gathering the history',
  TrainRouting: 'learning where tickets belong; most of the wait',
  TrainClustering: 'finding topics',
  WaitForEndpoint: 'starting the models',
  EvaluateBatch: 'trying them on tickets they have not seen',
  Gate: 'deciding whether they are good enough',
  Promote: 'putting them live',
};

/** A state of the workflow as anybody understands it, with its name for who runs the system. */
export const stateText = (state: string): string =>
  STATES[state] === undefined ? `state machine at ${state}` : `${STATES[state]} (state machine at ${state})`;

/** E.g. `14 min`, `2 h 5 min`. */
export const durationText = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ''}`;
};

/** Time of day in UTC, e.g. `09:24`. */
export const timeOfDay = (isoTime: string): string => isoTime.slice(11, 16);

/** E.g. `1 ticket`, `2 tickets`. */
export const counted = (count: number, of: string): string => `${count} ${of}${count === 1 ? '' : 's'}`;
