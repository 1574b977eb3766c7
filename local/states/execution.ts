import type { Caller } from '../service.ts';
import type { History } from './history.ts';
import type { Json } from './json.ts';
import type { Program } from './program.ts';
import type { Progress } from './progress.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  /** As it was given, for DescribeStateMachine. */
  readonly definition: string;
  readonly program: Program;
  readonly role: Caller;
  readonly createdMs: number;
  readonly revisionId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution and what became of it. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly mapRunArn?: string;
  readonly input: Json;
  /** The input as it was given, byte for byte. */
  readonly inputText: string;
  readonly startMs: number;
  readonly history: History;
  readonly abort: AbortController;
  readonly progress: Progress;
  status: ExecutionStatus;
  stopMs?: number;
  output?: string;
  error?: string;
  cause?: string;
}

export const createExecution = (
  fields: Pick<Execution, 'arn' | 'name' | 'machine' | 'inputText' | 'history' | 'progress'> & { readonly mapRunArn?: string },
  nowMs: () => number,
): Execution => ({
  ...fields,
  input: JSON.parse(fields.inputText) as Json,
  startMs: nowMs(),
  abort: new AbortController(),
  status: 'RUNNING',
});
