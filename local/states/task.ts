import type { CancelTimer } from '../clock.ts';
import { awaitJob } from './await-job.ts';
import type { Callback } from './callbacks.ts';
import { callIntegration, type TaskCall } from './integrations.ts';
import { argumentsOf, checkSize, numberOf, outcomeOf } from './io.ts';
import type { Json } from './json.ts';
import type { TaskState } from './program.ts';
import type { Submitted } from './progress.ts';
import type { Outcome, Visit } from './runtime.ts';
import { BranchAbortedError, StatesError, untilAborted } from './states-error.ts';
import { createTaskLog } from './task-log.ts';

/** One attempt of a Task: its call, its waiting, and its time limits. */
export const runTask = async (visit: Visit<TaskState>): Promise<Outcome> => {
  const { state, frame, runtime } = visit;
  const abort = new AbortController();
  const forward = (): void => abort.abort();
  frame.signal.addEventListener('abort', forward, { once: true });
  const limits = createLimits(visit, abort);
  // A retry makes the call anew.
  const earlier = visit.retryCount === 0 ? visit.submitted : undefined;
  const callback =
    state.integration.pattern === 'token' ? runtime.callbacks.open(() => limits.beat(), earlier?.token) : undefined;
  if (callback) visit.taskToken = callback.token;
  try {
    const args = await argumentsOf(visit);
    const timeout = await numberOf(visit, 'TimeoutSeconds', state.TimeoutSeconds, state.TimeoutSecondsPath);
    const heartbeat = await numberOf(visit, 'HeartbeatSeconds', state.HeartbeatSeconds, state.HeartbeatSecondsPath);
    const log = createTaskLog(visit, args, timeout, heartbeat);
    if (!earlier) log.scheduled();
    limits.start(timeout, heartbeat);
    const submitted = (answer: Json): void => {
      log.submitted(answer);
      keepSubmitted(visit, { answer, ...(callback && { token: callback.token }) });
    };
    let result: Json;
    try {
      result = await perform(visit, args, { callback, earlier, signal: abort.signal, submitted });
    } catch (error) {
      const failure = limits.exceeded() ?? error;
      if (failure instanceof StatesError) log.failed(failure);
      throw failure;
    } finally {
      limits.cancel();
    }
    log.succeeded(result);
    checkSize(result, `The state/task '${state.name}' returned a result`);
    return await outcomeOf(visit, result);
  } finally {
    limits.cancel();
    callback?.close();
    frame.signal.removeEventListener('abort', forward);
  }
};

/** From here on a next run only waits, and does not make the call again. */
const keepSubmitted = ({ frame, state, input, enteredMs, enteredEventId }: Visit<TaskState>, submitted: Submitted): void => {
  const { execution, path, scope } = frame;
  execution.progress.put(path, { state: state.name, input, variables: scope.own(), enteredMs, enteredEventId, submitted });
};

interface Attempt {
  readonly callback: Callback | undefined;
  /** What an earlier run has submitted already. */
  readonly earlier: Submitted | undefined;
  readonly signal: AbortSignal;
  readonly submitted: (answer: Json) => void;
}

const perform = async (visit: Visit<TaskState>, args: Json, { callback, earlier, signal, submitted }: Attempt): Promise<Json> => {
  const { state, frame, runtime } = visit;
  const { integration } = state;
  if (signal.aborted) throw new BranchAbortedError('The execution ended before the task');
  const call: TaskCall = { runtime, frame, caller: frame.execution.machine.role, args };
  if (earlier && callback) return await untilAborted(callback.result, signal);
  if (earlier && integration.kind === 'optimized') return await awaitJob(integration, call, earlier.answer, signal);
  const answering = callIntegration(integration, call);
  if (callback) {
    // The answer of the call is of no interest, only whether it could be made.
    const answer = await untilAborted(Promise.race([answering, callback.result.then(() => null)]), signal);
    submitted(answer);
    return await untilAborted(callback.result, signal);
  }
  const answer = await untilAborted(answering, signal);
  if (integration.kind !== 'optimized' || integration.pattern === 'request') return answer;
  submitted(answer);
  return await awaitJob(integration, call, answer, signal);
};

interface Limits {
  start(timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined): void;
  beat(): void;
  cancel(): void;
  exceeded(): StatesError | undefined;
}

const createLimits = (visit: Visit, abort: AbortController): Limits => {
  const { clock } = visit.runtime;
  let error: StatesError | undefined;
  let heartbeatSeconds: number | undefined;
  let cancelTimeout: CancelTimer = () => undefined;
  let cancelHeartbeat: CancelTimer = () => undefined;
  const exceed = (name: string): void => {
    error ??= new StatesError(name, '');
    abort.abort();
  };
  const beat = (): void => {
    cancelHeartbeat();
    if (heartbeatSeconds !== undefined)
      cancelHeartbeat = clock.setTimer(heartbeatSeconds * 1000, () => exceed('States.HeartbeatTimeout'));
  };
  return {
    start: (timeout, heartbeat) => {
      if (timeout !== undefined) cancelTimeout = clock.setTimer(timeout * 1000, () => exceed('States.Timeout'));
      heartbeatSeconds = heartbeat;
      beat();
    },
    beat,
    cancel: () => {
      cancelTimeout();
      heartbeatSeconds = undefined;
      cancelHeartbeat();
    },
    exceeded: () => error,
  };
};
