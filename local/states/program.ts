import type { Integration } from './resource.ts';
import type { Json, JsonObject } from './json.ts';

export type QueryLanguage = 'JSONata' | 'JSONPath';

/** A definition, or the part of one that a branch runs, after validation. */
export interface Program {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  readonly timeoutSeconds?: number;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** Fields keep their names in the States Language, so that a message can quote them. */
interface Common {
  readonly name: string;
  readonly language: QueryLanguage;
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  readonly Arguments?: Json;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends Common {
  readonly Type: 'Pass';
  readonly Result?: Json;
}

export interface TaskState extends Common {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly integration: Integration;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
}

/** A rule of a Choice: in JSONata a Condition, in JSONPath one of the many comparisons. */
export interface ChoiceRule {
  readonly Next: string;
  readonly Condition?: Json;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends Common {
  readonly Type: 'Succeed';
}

export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends Common {
  readonly Type: 'Parallel';
  readonly branches: readonly Program[];
}

export interface MapState extends Common {
  readonly Type: 'Map';
  readonly processor: Program;
  /** Absent for an inline Map. */
  readonly distributed?: 'STANDARD' | 'EXPRESS';
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly ItemSelector?: JsonObject;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ItemReader?: JsonObject;
  readonly ItemBatcher?: JsonObject;
  readonly ResultWriter?: JsonObject;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
  readonly Label?: string;
}

export type State = PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;
