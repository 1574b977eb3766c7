import { timestampMs } from './choice.ts';
import { effectiveInput, evaluate, fill, numberOf, outcomeOf, passThrough, readField } from './io.ts';
import type { Json } from './json.ts';
import { argumentsOf } from './io.ts';
import type { FailState, PassState, WaitState } from './program.ts';
import type { Outcome, Visit } from './runtime.ts';
import { BranchAbortedError, runtimeError, StatesError } from './states-error.ts';

export const runPass = async (visit: Visit<PassState>): Promise<Outcome> =>
  await outcomeOf(visit, visit.state.Result ?? (await argumentsOf(visit)));

export const runWait = async (visit: Visit<WaitState>): Promise<Outcome> => {
  const { clock } = visit.runtime;
  const { signal } = visit.frame;
  await clock.sleep(Math.max(0, await waitMs(visit)), signal);
  if (signal.aborted) throw new BranchAbortedError('The execution ended during a Wait');
  return await passThrough(visit);
};

const waitMs = async (visit: Visit<WaitState>): Promise<number> => {
  const { state } = visit;
  const seconds = await numberOf(visit, 'Seconds', state.Seconds, state.SecondsPath);
  // Counted from when the state was entered, which may have been in an earlier run.
  if (seconds !== undefined) return visit.enteredMs + seconds * 1000 - visit.runtime.clock.now();
  const timestamp =
    state.TimestampPath === undefined
      ? await fill(visit, state.Timestamp ?? null, visit.input, 'Timestamp')
      : readField(visit, state.TimestampPath, effectiveInput(visit), 'TimestampPath');
  const at = timestampMs(timestamp);
  if (at === undefined)
    throw runtimeError(`${JSON.stringify(timestamp)} of the state '${state.name}' is not an RFC 3339 timestamp`);
  return at - visit.runtime.clock.now();
};

/** Always throws: that is what a Fail state is for. */
export const runFail = async (visit: Visit<FailState>): Promise<never> => {
  const { state } = visit;
  const read = async (field: 'Error' | 'Cause'): Promise<string> => {
    const path = state[`${field}Path`];
    if (path !== undefined) return asText(readField(visit, path, visit.input, `${field}Path`), field);
    const text = state[field] ?? '';
    return state.language === 'JSONata' ? asText(await evaluate(visit, text, field), field) : text;
  };
  throw new StatesError(await read('Error'), await read('Cause'));
};

const asText = (value: Json, field: string): string => {
  if (typeof value === 'string') return value;
  throw runtimeError(`The ${field} of a Fail state is ${JSON.stringify(value)}, not a string`);
};
