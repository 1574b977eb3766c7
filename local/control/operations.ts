import type { FaultCount, ListedFault } from '../faults/faults.ts';
import type { FaultRule } from '../faults/fault-rule.ts';
import type { CallCount } from '../gateway/dispatcher.ts';
import type { Refusal } from '../iam/statement-log.ts';
import type { FunctionDeath } from '../lambda/execution-environment.ts';
import type { FunctionView } from '../lambda/lambda.ts';
import type { ModelServerState } from '../sagemaker/model-server.ts';

/** What a running local cloud can be asked from outside, by operation: what is given and what comes back. Times are ISO 8601 of its clock. */
export interface Operations {
  readonly status: Operation<Nothing, StatusView>;
  /** What a person or program of that name signs AWS calls with, and where they go. */
  readonly access: Operation<{ readonly caller: string }, AccessView>;
  readonly queues: Operation<Nothing, readonly QueueView[]>;
  /** Looks at messages without receiving them. */
  readonly messages: Operation<
    { readonly queue: string; readonly max?: number },
    QueueView & { readonly messages: readonly MessageView[] }
  >;
  readonly tables: Operation<Nothing, readonly TableView[]>;
  /** One page of items; `key` names attributes of the table's key or of an index's. */
  readonly items: Operation<
    { readonly table: string; readonly key?: Readonly<Record<string, string>>; readonly max?: number; readonly after?: string },
    ItemsView
  >;
  readonly buckets: Operation<Nothing, readonly BucketView[]>;
  readonly objects: Operation<
    { readonly bucket: string; readonly prefix?: string; readonly max?: number; readonly after?: string },
    ObjectsView
  >;
  readonly executions: Operation<Nothing, readonly ExecutionView[]>;
  /** One execution with its history. */
  readonly execution: Operation<{ readonly name: string }, ExecutionDetail>;
  readonly functions: Operation<Nothing, readonly FunctionView[]>;
  readonly function: Operation<
    { readonly name: string; readonly lines?: number },
    FunctionView & { readonly log: readonly string[] }
  >;
  /** Ends every invocation of a function that runs now. */
  readonly 'kill-function': Operation<
    { readonly name: string; readonly as?: FunctionDeath },
    { readonly function: string; readonly killed: number }
  >;
  readonly models: Operation<Nothing, ModelsView>;
  readonly container: Operation<{ readonly endpoint: string; readonly do: ContainerCommand }, EndpointView>;
  readonly calls: Operation<Nothing, readonly CallCount[]>;
  readonly refusals: Operation<Nothing, readonly Refusal[]>;
  readonly faults: Operation<Nothing, FaultsView>;
  readonly 'add-fault': Operation<FaultRule, ListedFault>;
  /** All of them where no ids are given. */
  readonly 'clear-faults': Operation<{ readonly ids?: readonly number[] }, { readonly cleared: number }>;
  readonly clock: Operation<Nothing, ClockView>;
  /** Jumps from timer to timer, for so long or until that time (milliseconds since the epoch). */
  readonly 'run-clock': Operation<{ readonly forMs: number } | { readonly untilMs: number }, ClockView>;
}

export interface Operation<Asked, Answered> {
  readonly asked: Asked;
  readonly answered: Answered;
}

export type OperationName = keyof Operations;
export type Asked<Name extends OperationName> = Operations[Name]['asked'];
export type Answered<Name extends OperationName> = Operations[Name]['answered'];

type Nothing = Readonly<Record<string, never>>;

export interface Named {
  readonly name: string;
  /** Keys of the stacks' outputs that give its name, URL or ARN; they will do as names too. */
  readonly outputs: readonly string[];
}

export interface StatusView {
  readonly endpoint: string;
  readonly region: string;
  readonly pid: number;
  readonly now: string;
  readonly queues: number;
  readonly messages: number;
  readonly tables: number;
  readonly items: number;
  readonly buckets: number;
  readonly functions: number;
  readonly invocationsRunning: number;
  readonly endpoints: number;
  readonly trainingJobsRunning: number;
  readonly executionsRunning: number;
  readonly calls: number;
  readonly refusals: number;
  readonly faults: number;
}

export interface AccessView {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Output values by stack and key. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface QueueView extends Named {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
  /** The queues whose messages end here when they failed too often. */
  readonly deadLettersOf: readonly string[];
}

export interface MessageView {
  readonly id: string;
  readonly state: 'visible' | 'delayed' | 'in-flight';
  readonly sentAt: string;
  readonly receiveCount: number;
  readonly body: string;
}

export interface TableView extends Named {
  readonly items: number;
  readonly bytes: number;
  /** Names of the key attributes, the partition key first. */
  readonly key: readonly string[];
  readonly indexes: readonly { readonly name: string; readonly key: readonly string[] }[];
  /** Units consumed since the start, those of indexes included. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface ItemsView {
  readonly table: string;
  /** As DynamoDB writes them: `{"id":{"S":"1"}}`. */
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Where the next page starts; absent on the last. */
  readonly after?: string;
}

export interface BucketView extends Named {
  readonly objects: number;
  readonly bytes: number;
}

export interface ObjectsView {
  readonly bucket: string;
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number }[];
  readonly after?: string;
}

export interface ExecutionView {
  readonly name: string;
  readonly stateMachine: string;
  readonly status: string;
  readonly startedAt: string;
  readonly stoppedAt?: string;
}

export interface ExecutionDetail extends ExecutionView {
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** As GetExecutionHistory gives it. */
  readonly history: readonly Readonly<Record<string, unknown>>[];
}

export interface EndpointView {
  readonly name: string;
  readonly status: string;
  readonly container: ModelServerState;
  readonly pid?: number;
  readonly failureReason?: string;
}

export interface ModelsView {
  readonly endpoints: readonly EndpointView[];
  readonly trainingJobs: readonly {
    readonly name: string;
    readonly status: string;
    readonly step: string;
    readonly createdAt: string;
    readonly failureReason?: string;
  }[];
}

export type ContainerCommand = 'stop' | 'start' | 'crash';

export interface FaultsView {
  readonly active: readonly ListedFault[];
  /** What was met since the start. */
  readonly met: readonly FaultCount[];
}

export interface ClockView {
  readonly now: string;
  /** How far it is ahead of the wall. */
  readonly aheadMs: number;
  /** When the next timer is due that a jump stops for. */
  readonly nextTimerAt?: string;
}
