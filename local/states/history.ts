import { runtimeError } from './states-error.ts';

/** One entry of an execution's history, as GetExecutionHistory returns it. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** Quota of a Standard workflow. The last place is kept for the event that ends the execution. */
export const MAX_EVENTS = 25_000;

export interface History {
  readonly events: readonly HistoryEvent[];
  /** @returns the event's id */
  add(type: string, previousEventId: number, details?: Readonly<Record<string, unknown>>): number;
}

export const createHistory = (nowMs: () => number): History => {
  const events: HistoryEvent[] = [];
  let ended = false;
  return {
    events,
    add: (type, previousEventId, details) => {
      // Branches of an execution that was stopped unwind after its last event.
      if (ended) return previousEventId;
      ended = /^Execution(?!Started)/.test(type);
      if (events.length >= MAX_EVENTS - 1 && !type.startsWith('Execution')) {
        throw runtimeError(`The execution reached the maximum number of history events (${MAX_EVENTS}).`);
      }
      const id = events.length + 1;
      events.push({
        id,
        previousEventId,
        timestamp: nowMs() / 1000,
        type,
        ...(details === undefined ? {} : { [detailsKey(type)]: details }),
      });
      return id;
    },
  };
};

const detailsKey = (type: string): string => {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
};
