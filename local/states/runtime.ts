import type { Clock } from '../clock.ts';
import type { Dispatch } from '../service.ts';
import type { KeptMap } from '../state/kept-map.ts';
import type { Callbacks } from './callbacks.ts';
import type { Execution } from './execution.ts';
import type { Json, JsonObject } from './json.ts';
import type { MapState, Program, State } from './program.ts';
import type { Submitted } from './progress.ts';
import type { VariableScope } from './variables.ts';

/** What every state needs from the engine around it. */
export interface Runtime {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  /** Uniform in [0, 1). Jitter and the random functions draw from it, so that a seeded run repeats. */
  readonly random: () => number;
  readonly callbacks: Callbacks;
  /** Runs a program to its end inside the frame; rejects with the StatesError that ended it. */
  readonly runProgram: (program: Program, input: Json, frame: Frame) => Promise<Json>;
  /** Starts a child execution of a distributed Map. */
  readonly startChild: (state: MapState, parent: Frame, mapRunArn: string, input: Json) => Promise<ChildExecution>;
  readonly mapRuns: KeptMap<MapRun>;
}

/** A child execution of a distributed Map, after its end. */
export interface ChildExecution {
  readonly record: Execution;
}

export interface MapRun {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly startDate: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  stopDate?: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  itemCounts: Counts;
  executionCounts: Counts;
}

export interface Counts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly pending: number;
  readonly running: number;
  readonly aborted: number;
}

/** Where a branch of an execution is: its variables, its last event, and how it is told to stop. */
export interface Frame {
  readonly execution: Execution;
  readonly scope: VariableScope;
  readonly signal: AbortSignal;
  /** Which branch of the execution this is; see Progress. */
  readonly path: string;
  /** `$$.Map` of the innermost inline Map. */
  readonly map?: JsonObject;
  lastEventId: number;
}

/** One entry into a state. */
export interface Visit<S extends State = State> {
  readonly runtime: Runtime;
  readonly state: S;
  readonly frame: Frame;
  readonly input: Json;
  readonly enteredMs: number;
  readonly enteredEventId: number;
  /** Of a Task that an earlier run left waiting. */
  readonly submitted?: Submitted;
  retryCount: number;
  taskToken?: string;
}

/** What a state leaves behind. */
export interface Outcome {
  readonly output: Json;
  /** Absent where the program ends. */
  readonly next?: string;
  readonly assigned?: JsonObject;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** The context object, `$$` in JSONPath and `$states.context` in JSONata. */
export const contextOf = (visit: Visit, map: JsonObject | undefined = visit.frame.map): JsonObject => {
  const { execution } = visit.frame;
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      RoleArn: execution.machine.role.principal,
      StartTime: iso(execution.startMs),
      RedriveCount: 0,
    },
    StateMachine: { Id: execution.machine.arn, Name: execution.machine.name },
    State: { EnteredTime: iso(visit.enteredMs), Name: visit.state.name, RetryCount: visit.retryCount },
    ...(visit.taskToken === undefined ? {} : { Task: { Token: visit.taskToken } }),
    ...(map === undefined ? {} : { Map: map }),
  };
};
