import { createExecution, type Execution, type ExecutionStatus, type StateMachine } from './execution.ts';
import type { State } from '../state/state.ts';
import { checkSize } from './io.ts';
import { statesLimits } from './limits.ts';
import type { Json } from './json.ts';
import type { MapState, Program } from './program.ts';
import type { ChildExecution, Frame, Runtime } from './runtime.ts';
import { BranchAbortedError, runtimeError, StatesError } from './states-error.ts';
import { createKeptExecutions } from './kept-executions.ts';
import { noProgress } from './progress.ts';
import { createScope } from './variables.ts';

/** Quota: an EXPRESS execution runs for at most five minutes. */
const EXPRESS_SECONDS = 300;

export interface Executions {
  readonly all: ReadonlyMap<string, Execution>;
  start(machine: StateMachine, arn: string, name: string, inputText: string): Execution;
  startChild(state: MapState, parent: Frame, arn: string, mapRunArn: string, input: Json): Promise<ChildExecution>;
  /** Takes up the executions of a machine that an earlier run left; those that were running go on when the stacks stand. */
  takeUp(machine: StateMachine): void;
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void;
  /** Executions, children included, that have not come to rest. */
  running(): number;
  close(): Promise<void>;
}

interface End {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const END_EVENTS: Readonly<Record<End['status'], string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

/** A year at most, whatever the definition says. */
const limitOf = ({ timeoutSeconds = Infinity }: Program): number => Math.min(timeoutSeconds, statesLimits.duration.most);

export const createExecutions = (runtime: () => Runtime, state: State, log: (line: string) => void): Executions => {
  const kept = createKeptExecutions(state);
  const all = new Map<string, Execution>();
  const active = new Map<Execution, Promise<void>>();
  const nowMs = (): number => runtime().clock.now();

  /** The first end counts: what a stopped execution still does changes nothing. */
  const finish = (execution: Execution, lastEventId: number, { status, output, error, cause }: End): void => {
    if (execution.status !== 'RUNNING') return;
    execution.status = status;
    execution.stopMs = nowMs();
    if (output !== undefined) execution.output = output;
    if (error !== undefined) execution.error = error;
    if (cause !== undefined) execution.cause = cause;
    const details =
      output === undefined
        ? { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
        : { output, outputDetails: { truncated: false } };
    execution.history.add(END_EVENTS[status], lastEventId, details);
    execution.progress.clear();
    kept.keep(execution);
    if (status !== 'SUCCEEDED') log(`execution ${execution.arn} ${status}${error === undefined ? '' : ` ${error}`}`);
  };

  const run = async (execution: Execution, program: Program, timeoutSeconds: number | undefined): Promise<void> => {
    const { history, abort } = execution;
    const { clock, runProgram } = runtime();
    if (history.events.length === 0) {
      history.add('ExecutionStarted', 0, {
        input: execution.inputText,
        inputDetails: { truncated: false },
        roleArn: execution.machine.role.principal,
      });
    }
    const lastEventId = history.events.length;
    const frame: Frame = { execution, scope: createScope(), signal: abort.signal, path: '', lastEventId };
    const cancelTimeout =
      timeoutSeconds === undefined
        ? () => undefined
        : clock.setTimer(Math.max(0, execution.startMs + timeoutSeconds * 1000 - clock.now()), () => {
            finish(execution, frame.lastEventId, { status: 'TIMED_OUT', error: 'States.Timeout' });
            abort.abort();
          });
    try {
      const output = await runProgram(program, execution.input, frame);
      checkSize(output, 'The execution has an output');
      finish(execution, frame.lastEventId, { status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (error) {
      const failure = failureOf(error);
      if (failure) finish(execution, frame.lastEventId, { status: 'FAILED', error: failure.error, cause: failure.cause });
      else finish(execution, frame.lastEventId, { status: 'ABORTED' });
    } finally {
      cancelTimeout();
    }
  };

  const track = (execution: Execution, work: Promise<void>): Promise<void> => {
    const tracked = work.finally(() => active.delete(execution));
    active.set(execution, tracked);
    return tracked;
  };

  const goOn = (execution: Execution): void => {
    const { program } = execution.machine;
    if (execution.status === 'RUNNING') void track(execution, run(execution, program, limitOf(program)));
  };

  return {
    all,
    start: (machine, arn, name, inputText) => {
      const history = kept.historyOf(arn, nowMs);
      const execution = createExecution({ arn, name, machine, inputText, history, progress: kept.progressOf(arn) }, nowMs);
      all.set(arn, execution);
      kept.keep(execution);
      void track(execution, run(execution, machine.program, limitOf(machine.program)));
      return execution;
    },
    startChild: async (state, parent, arn, mapRunArn, input) => {
      const { machine } = parent.execution;
      const name = arn.split(':').at(-1) ?? arn;
      const history = kept.historyOf(arn, nowMs);
      const inputText = JSON.stringify(input);
      const execution = createExecution({ arn, name, machine, mapRunArn, inputText, history, progress: noProgress }, nowMs);
      all.set(arn, execution);
      kept.keep(execution);
      const forward = (): void => execution.abort.abort();
      parent.signal.addEventListener('abort', forward, { once: true });
      if (parent.signal.aborted) forward();
      await track(execution, run(execution, state.processor, state.distributed === 'EXPRESS' ? EXPRESS_SECONDS : undefined));
      parent.signal.removeEventListener('abort', forward);
      return { record: execution };
    },
    takeUp: (machine) => {
      for (const execution of kept.restoredOf(machine, nowMs)) {
        all.set(execution.arn, execution);
        if (execution.status !== 'RUNNING') continue;
        // The Map of a child starts anew, with children of its own.
        if (execution.mapRunArn !== undefined) finish(execution, execution.history.events.length, { status: 'ABORTED' });
        else void state.released.then(() => goOn(execution));
      }
    },
    stop: (execution, error, cause) => {
      finish(execution, execution.history.events.length, { status: 'ABORTED', error, cause });
      execution.abort.abort();
    },
    running: () => active.size,
    close: async () => {
      for (const execution of active.keys()) execution.abort.abort();
      await Promise.all(active.values());
    },
  };
};

/** What an execution fails with; undefined where it was ended from outside. */
const failureOf = (error: unknown): StatesError | undefined => {
  if (error instanceof BranchAbortedError) return undefined;
  if (error instanceof StatesError) return error;
  return runtimeError(error instanceof Error ? (error.stack ?? error.message) : String(error));
};
