import { statesLimits } from './limits.ts';
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

export interface History {
  readonly events: readonly HistoryEvent[];
  /** @returns the event's id */
  add(type: string, previousEventId: number, details?: Readonly<Record<string, unknown>>): number;
}

/** @param earlier of an execution that goes on */
export const createHistory = (
  nowMs: () => number,
  earlier: readonly HistoryEvent[] = [],
  onAdd: (event: HistoryEvent) => void = () => undefined,
): History => {
  const events = [...earlier];
  let ended = isEnd(events.at(-1)?.type ?? '');
  return {
    events,
    add: (type, previousEventId, details) => {
      // Branches of an execution that was stopped unwind after its last event.
      if (ended) return previousEventId;
      ended = isEnd(type);
      // The last place is kept for the event that ends the execution.
      if (events.length >= statesLimits.history.most - 1 && !type.startsWith('Execution')) {
        throw runtimeError(`The execution reached the maximum number of history events (${statesLimits.history.most}).`);
      }
      const id = events.length + 1;
      const event = {
        id,
        previousEventId,
        timestamp: nowMs() / 1000,
        type,
        ...(details === undefined ? {} : { [detailsKey(type)]: details }),
      };
      events.push(event);
      onAdd(event);
      return id;
    },
  };
};

const isEnd = (type: string): boolean => /^Execution(?!Started)/.test(type);

const detailsKey = (type: string): string => {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
};
