import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { refuseUnknownProperties } from '../known-properties.ts';
import type { RefusingLimit } from '../limit.ts';
import { isWithin, refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError, type Caller, type Dispatch, type Service } from '../service.ts';
import { createdAt } from '../state/created-at.ts';
import { keptMap, type KeptMap } from '../state/kept-map.ts';
import { forgetful, type State } from '../state/state.ts';
import { createCallbacks } from './callbacks.ts';
import { parseDefinition } from './definition.ts';
import { describeExecution, describeMapRun, describeStateMachine, summariseExecution } from './describe.ts';
import type { Execution, StateMachine } from './execution.ts';
import { createExecutions } from './executions.ts';
import { seededRandom } from './intrinsics.ts';
import { runProgram } from './interpreter.ts';
import { byteSize, type Json, textOf } from './json.ts';
import { statesLimits } from './limits.ts';
import { pageOf } from './paging.ts';
import type { MapRun, Runtime } from './runtime.ts';

export interface StepFunctionsOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  /** Uniform in [0, 1): jitter and the random functions. @default a fixed seed */
  readonly random?: () => number;
  readonly log?: (line: string) => void;
  /** @default nothing outlives the run */
  readonly state?: State;
}

export interface StateMachineOptions {
  readonly name: string;
  readonly definition: object | string;
  /** Every call of its tasks is made as this caller. */
  readonly role: Caller;
  /** The resolved properties of AWS::StepFunctions::StateMachine. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface StepFunctions extends Service {
  /**
   * Creates a state machine, or gives the one of that name a new definition.
   * @throws UnsupportedError naming what is not run here
   * @throws AwsError InvalidDefinition, InvalidName
   */
  createStateMachine(options: StateMachineOptions): { readonly arn: string };
  /** Executions, children of distributed Maps included, that have not finished. */
  running(): number;
  /** Aborts every execution; resolves when none does anything any more. */
  close(): Promise<void>;
}

export const stateMachineProperties: PropertySupport = {
  actedOn: ['Definition', 'DefinitionString', 'DefinitionSubstitutions', 'RoleArn', 'StateMachineName', 'StateMachineType'],
  inert: {
    EncryptionConfiguration: 'nothing is encrypted at rest: everything is in memory; a key of one’s own is refused',
    LoggingConfiguration: 'the history of an execution is kept whole, and is not logged as well',
    Tags: 'tags are for people and bills',
    TracingConfiguration: 'there is no tracing service to send to',
  },
};

type Input = Readonly<Record<string, unknown>>;
type Answer = Record<string, unknown>;

/** Names may not hold these (API reference, StartExecution). */
const BAD_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

const checkName = (name: string): string => {
  if (isWithin(statesLimits.name, name.length) && !BAD_NAME.test(name)) return name;
  throw new AwsError(
    'InvalidName',
    `Invalid Name: '${name}' (1 to 80 characters, no white space and none of <>{}[]?*"#%\\^|~\`$&,;:/)`,
  );
};

export const createStepFunctions = (options: StepFunctionsOptions): StepFunctions => {
  const { clock, dispatch, region, accountId, state = forgetful } = options;
  const machines = new Map<string, StateMachine>();
  const mapRuns = keptMapRuns(state, clock);
  const callbacks = createCallbacks();
  const prefix = `arn:aws:states:${region}:${accountId}`;

  const runtime: Runtime = {
    clock,
    dispatch,
    region,
    accountId,
    random: options.random ?? seededRandom(1),
    callbacks,
    mapRuns,
    runProgram: (program, input, frame) => runProgram(() => runtime, program, input, frame),
    startChild: (state, parent, mapRunArn, input) => {
      const label = mapRunArn.split(':').at(-2) ?? state.name;
      return executions.startChild(state, parent, `${prefix}:execution:${label}:${randomUUID()}`, mapRunArn, input);
    },
  };
  const executions = createExecutions(() => runtime, state, options.log ?? (() => undefined));

  const machineOf = (arn: unknown): StateMachine => {
    const machine = machines.get(textOf(arn));
    if (machine) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${textOf(arn)}'`);
  };
  const executionOf = (arn: unknown): Execution => {
    const execution = executions.all.get(textOf(arn));
    if (execution) return execution;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${textOf(arn)}'`);
  };

  const startExecution = ({ stateMachineArn, name, input = '{}' }: Input): Answer => {
    const machine = machineOf(stateMachineArn);
    const inputText = textOf(input);
    checkInput(inputText);
    const given = checkName(name === undefined ? randomUUID() : textOf(name));
    const arn = `${prefix}:execution:${machine.name}:${given}`;
    const existing = executions.all.get(arn);
    if (existing && !(existing.status === 'RUNNING' && existing.inputText === inputText)) {
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = existing ?? executions.start(machine, arn, given, inputText);
    return { executionArn: arn, startDate: execution.startMs / 1000 };
  };

  const listExecutions = (input: Input): Answer => {
    const { stateMachineArn, mapRunArn, statusFilter } = input;
    if (mapRunArn === undefined) machineOf(stateMachineArn);
    const found = [...executions.all.values()].filter(
      (execution) =>
        (mapRunArn === undefined
          ? execution.mapRunArn === undefined && execution.machine.arn === stateMachineArn
          : execution.mapRunArn === mapRunArn) &&
        (statusFilter === undefined || execution.status === statusFilter),
    );
    const { items, nextToken } = pageOf(found.toReversed(), input);
    return { executions: items.map(summariseExecution), ...(nextToken === undefined ? {} : { nextToken }) };
  };

  const getExecutionHistory = (input: Input): Answer => {
    const { events } = executionOf(input['executionArn']).history;
    const { items, nextToken } = pageOf(input['reverseOrder'] === true ? events.toReversed() : events, input);
    return { events: [...items], ...(nextToken === undefined ? {} : { nextToken }) };
  };

  const actions: Readonly<Record<string, (input: Input) => Answer>> = {
    StartExecution: startExecution,
    DescribeExecution: ({ executionArn }) => describeExecution(executionOf(executionArn)),
    ListExecutions: listExecutions,
    GetExecutionHistory: getExecutionHistory,
    StopExecution: ({ executionArn, error, cause }) => {
      const execution = executionOf(executionArn);
      hold(statesLimits.stopError, optionalText(error)?.length ?? 0, 'error');
      hold(statesLimits.stopCause, optionalText(cause)?.length ?? 0, 'cause');
      executions.stop(execution, optionalText(error), optionalText(cause));
      return { stopDate: (execution.stopMs ?? clock.now()) / 1000 };
    },
    SendTaskSuccess: ({ taskToken, output }) => {
      callbacks.succeed(textOf(taskToken), readOutput(textOf(output)));
      return {};
    },
    SendTaskFailure: ({ taskToken, error, cause }) => {
      hold(statesLimits.taskError, optionalText(error)?.length ?? 0, 'error');
      hold(statesLimits.taskCause, optionalText(cause)?.length ?? 0, 'cause');
      callbacks.fail(textOf(taskToken), optionalText(error) ?? '', optionalText(cause) ?? '');
      return {};
    },
    SendTaskHeartbeat: ({ taskToken }) => {
      callbacks.heartbeat(textOf(taskToken));
      return {};
    },
    DescribeStateMachine: ({ stateMachineArn }) => describeStateMachine(machineOf(stateMachineArn)),
    ListStateMachines: (input) => {
      const { items, nextToken } = pageOf([...machines.values()], input);
      const stateMachines = items.map(({ arn, name, createdMs }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: createdMs / 1000,
      }));
      return { stateMachines, ...(nextToken === undefined ? {} : { nextToken }) };
    },
    DescribeMapRun: ({ mapRunArn }) => {
      const run = mapRuns.get(textOf(mapRunArn));
      if (!run) throw new AwsError('ResourceNotFound', `Map Run Does Not Exist: '${textOf(mapRunArn)}'`);
      return describeMapRun(run);
    },
    ListMapRuns: (input) => {
      const { arn } = executionOf(input['executionArn']);
      const { items, nextToken } = pageOf(
        [...mapRuns.values()].filter(({ executionArn }) => executionArn === arn),
        input,
      );
      const runs = items.map(({ mapRunArn, stateMachineArn, executionArn, startDate, stopDate }) => ({
        mapRunArn,
        stateMachineArn,
        executionArn,
        startDate,
        ...(stopDate === undefined ? {} : { stopDate }),
      }));
      return { mapRuns: runs, ...(nextToken === undefined ? {} : { nextToken }) };
    },
  };

  return {
    name: 'states',
    actions: new Set(Object.keys(actions)),
    call: async ({ action, input }) => {
      const answer = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!answer) throw new UnsupportedError(`Step Functions: the action ${action} is not supported`);
      return await Promise.resolve(answer(input));
    },
    createStateMachine: ({ name, definition, role, properties }) => {
      refuseUnknownProperties('AWS::StepFunctions::StateMachine', name, properties, knownProperties(stateMachineProperties));
      const type = properties['StateMachineType'] ?? 'STANDARD';
      if (type !== 'STANDARD')
        throw new UnsupportedError(`The state machine ${name} is of type ${textOf(type)}; only STANDARD runs here`);
      const arn = `${prefix}:stateMachine:${checkName(name)}`;
      const text = substitute(typeof definition === 'string' ? definition : JSON.stringify(definition), properties);
      const isNew = !machines.has(arn);
      const machine: StateMachine = {
        arn,
        name,
        definition: text,
        program: parseDefinition(text),
        role,
        properties,
        createdMs: machines.get(arn)?.createdMs ?? createdAt(state, arn, clock),
        revisionId: randomUUID(),
      };
      machines.set(arn, machine);
      if (isNew) executions.takeUp(machine);
      return { arn };
    },
    running: () => executions.running(),
    close: () => executions.close(),
  };
};

/** Map Runs of all runs; one that was running has ended with the cloud, and its state starts another. */
const keptMapRuns = (state: State, clock: Clock): KeptMap<MapRun> => {
  const runs = keptMap<MapRun>(state.section('states/map-runs'));
  for (const run of runs.values()) {
    if (run.status === 'RUNNING') runs.set(run.mapRunArn, { ...run, status: 'ABORTED', stopDate: clock.now() / 1000 });
  }
  return runs;
};

const optionalText = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : textOf(value));

const hold = (limit: RefusingLimit, size: number, member: string): void =>
  refuseBeyond(
    limit,
    size,
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${limit.most}`,
  );

const checkInput = (input: string): void => {
  hold(statesLimits.input, byteSize(input), 'input');
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: the input is not JSON`);
  }
};

const readOutput = (output: string): Json => {
  hold(statesLimits.taskOutput, byteSize(output), 'output');
  try {
    return JSON.parse(output) as Json;
  } catch {
    throw new AwsError('InvalidOutput', `Invalid Output: the output is not JSON`);
  }
};

/** Fills in `${name}` from the template's DefinitionSubstitutions. */
const substitute = (definition: string, properties: Input): string => {
  const substitutions = properties['DefinitionSubstitutions'] as Input | undefined;
  return Object.entries(substitutions ?? {}).reduce(
    (text, [name, value]) => text.replaceAll(`\${${name}}`, JSON.stringify(textOf(value)).slice(1, -1)),
    definition,
  );
};
