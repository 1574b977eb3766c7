import { createHash } from 'node:crypto';
import type { State } from '../state/state.ts';
import { parseDefinition } from './definition.ts';
import { createHistory, type History, type HistoryEvent } from './history.ts';
import type { Execution, StateMachine } from './execution.ts';
import type { Json } from './json.ts';
import { createProgress, noProgress, progressByExecution, type BranchProgress, type Progress } from './progress.ts';

/** An execution as the state holds it, beside its history and its progress. */
interface KeptExecution extends Omit<Execution, 'machine' | 'input' | 'history' | 'abort' | 'progress'> {
  readonly machineArn: string;
  /** Of the definition that it was started with: that is the one it runs to its end. */
  readonly definitionHash: string;
}

/** Executions of earlier runs, and the place where those of this one are kept. */
export interface KeptExecutions {
  keep(execution: Execution): void;
  historyOf(arn: string, nowMs: () => number): History;
  progressOf(arn: string): Progress;
  /** The executions of a machine that an earlier run left, in the order in which they were started. */
  restoredOf(machine: StateMachine, nowMs: () => number): readonly Execution[];
}

export const createKeptExecutions = (state: State): KeptExecutions => {
  const executions = state.section<KeptExecution>('states/executions');
  const events = state.section<HistoryEvent>('states/history');
  const definitions = state.section<string>('states/definitions');
  const progress = state.section<BranchProgress>('states/progress');
  const earlierExecutions = Map.groupBy(
    executions.restored().map(([, execution]) => execution),
    ({ machineArn }) => machineArn,
  );
  const earlierEvents = Map.groupBy(events.restored(), ([key]) => key.slice(0, key.indexOf(' ')));
  const earlierProgress = progressByExecution(progress);
  const knownDefinitions = new Map(definitions.restored());

  const historyOf = (arn: string, nowMs: () => number): History => {
    const earlier = earlierEvents.get(arn)?.map(([, event]) => event) ?? [];
    return createHistory(nowMs, earlier, (event) => events.put(`${arn} ${event.id}`, event));
  };

  /** The machine as it was when the execution was started. */
  const machineThen = (machine: StateMachine, hash: string): StateMachine => {
    const definition = knownDefinitions.get(hash);
    if (definition === undefined || definition === machine.definition) return machine;
    return { ...machine, definition, program: parseDefinition(definition) };
  };

  return {
    historyOf,
    progressOf: (arn) => createProgress(arn, progress),
    keep: ({ machine, input: _input, history: _history, abort: _abort, progress: _progress, ...rest }) => {
      const definitionHash = createHash('sha256').update(machine.definition).digest('hex');
      if (!knownDefinitions.has(definitionHash)) {
        knownDefinitions.set(definitionHash, machine.definition);
        definitions.put(definitionHash, machine.definition);
      }
      executions.put(rest.arn, { ...rest, machineArn: machine.arn, definitionHash });
    },
    restoredOf: (machine, nowMs) =>
      (earlierExecutions.get(machine.arn) ?? []).map(({ machineArn: _machineArn, definitionHash, ...execution }) => ({
        ...execution,
        machine: machineThen(machine, definitionHash),
        input: JSON.parse(execution.inputText) as Json,
        history: historyOf(execution.arn, nowMs),
        abort: new AbortController(),
        progress:
          execution.mapRunArn === undefined
            ? createProgress(execution.arn, progress, earlierProgress.get(execution.arn))
            : noProgress,
      })),
  };
};
