import { runInlineMap, runParallel } from './branches.ts';
import { runChoice } from './choice.ts';
import { runDistributedMap } from './distributed-map.ts';
import { passThrough } from './io.ts';
import type { Json } from './json.ts';
import { runFail, runPass, runWait } from './leaf-states.ts';
import type { Program, State } from './program.ts';
import { withRetryAndCatch } from './retry.ts';
import type { StateEntered } from './progress.ts';
import type { Frame, Outcome, Runtime, Visit } from './runtime.ts';
import { BranchAbortedError, runtimeError, StatesError } from './states-error.ts';
import { runTask } from './task.ts';

/** Runs a program from its first state, or from where an earlier run has left it, to the one that ends it. */
export const runProgram = async (runtime: () => Runtime, program: Program, input: Json, frame: Frame): Promise<Json> => {
  const earlier = frame.execution.progress.takeUp(frame.path);
  if (earlier && 'result' in earlier) return earlier.result;
  if (earlier) frame.scope.assign(earlier.variables);
  let current = earlier ? earlier.input : input;
  let name = earlier?.state ?? program.startAt;
  for (let again = earlier; ; again = undefined) {
    const state = program.states.get(name);
    if (!state) throw runtimeError(`There is no state '${name}'`);
    if (frame.signal.aborted) throw new BranchAbortedError('The execution ended');
    const outcome = await visitState(runtime(), state, current, frame, again);
    current = outcome.output;
    if (outcome.next === undefined) return current;
    name = outcome.next;
  }
};

const visitState = async (
  runtime: Runtime,
  state: State,
  input: Json,
  frame: Frame,
  again: StateEntered | undefined,
): Promise<Outcome> => {
  const { history } = frame.execution;
  const { enteredMs, enteredEventId, submitted } = again ?? enter(runtime, state, input, frame);
  frame.lastEventId = enteredEventId;
  const visit: Visit = {
    runtime,
    state,
    frame,
    input,
    enteredMs,
    enteredEventId,
    ...(submitted && { submitted }),
    retryCount: 0,
  };
  const outcome = await runState(visit).catch((error: unknown): never => {
    throw error instanceof StatesError ? located(error, visit) : error;
  });
  if (frame.signal.aborted) throw new BranchAbortedError('The execution ended');
  if (outcome.assigned) frame.scope.assign(outcome.assigned);
  frame.lastEventId = history.add(`${state.Type}StateExited`, frame.lastEventId, {
    name: state.name,
    output: JSON.stringify(outcome.output),
    outputDetails: { truncated: false },
    ...(outcome.assigned ? { assignedVariables: asText(outcome.assigned), assignedVariablesDetails: { truncated: false } } : {}),
  });
  const next = outcome.next ?? state.Next;
  return next === undefined ? { output: outcome.output } : { output: outcome.output, next };
};

const enter = (runtime: Runtime, state: State, input: Json, { execution, path, scope, lastEventId }: Frame): StateEntered => {
  const enteredEventId = execution.history.add(`${state.Type}StateEntered`, lastEventId, {
    name: state.name,
    input: JSON.stringify(input),
    inputDetails: { truncated: false },
  });
  const entered = { state: state.name, input, variables: scope.own(), enteredMs: runtime.clock.now(), enteredEventId };
  execution.progress.clearBelow(path);
  execution.progress.put(path, entered);
  return entered;
};

const asText = (values: Readonly<Record<string, Json>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));

/** AWS tells in the cause of its own errors in which state they came up. */
const located = (error: StatesError, { state, enteredEventId }: Visit): StatesError =>
  (error.error === 'States.Runtime' || error.error === 'States.QueryEvaluationError') &&
  !error.cause.startsWith('An error occurred while')
    ? new StatesError(
        error.error,
        `An error occurred while executing the state '${state.name}' (entered at the event id #${enteredEventId}). ${error.cause}`,
      )
    : error;

const runState = async (visit: Visit): Promise<Outcome> => {
  const { state } = visit;
  switch (state.Type) {
    case 'Pass':
      return await runPass({ ...visit, state });
    case 'Choice':
      return await runChoice({ ...visit, state });
    case 'Wait':
      return await runWait({ ...visit, state });
    case 'Succeed':
      return await passThrough(visit);
    case 'Fail':
      return await runFail({ ...visit, state });
    case 'Task':
      return await withRetryAndCatch(visit, () => runTask({ ...visit, state }));
    case 'Parallel':
      return await withRetryAndCatch(visit, () => runParallel({ ...visit, state }));
    case 'Map':
      return await withRetryAndCatch(visit, () =>
        state.distributed ? runDistributedMap({ ...visit, state }) : runInlineMap({ ...visit, state }),
      );
  }
};
