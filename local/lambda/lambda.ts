import { randomUUID } from 'node:crypto';
import { textOf } from '../assembly/json.ts';
import type { Clock } from '../clock.ts';
import { refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { ApiCall, Caller, Dispatch, Service } from '../service.ts';
import { forgetful } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { createAsyncInvocations } from './async-invocations.ts';
import type { QueuedEvent } from './async-invocations.ts';
import { configurationOf } from './configuration.ts';
import { createEventSourceMappings } from './event-source-mappings.ts';
import { startEnvironment } from './execution-environment.ts';
import type { FunctionDeath, Invocation, InvocationResult } from './execution-environment.ts';
import type { AsyncInvokeSettings, EventSourceSettings, FunctionDefinition } from './function-definition.ts';
import { variablesOf } from './function-environment.ts';
import type { Credentials } from './function-environment.ts';
import { createFunctionPool } from './function-pool.ts';
import type { FunctionPool } from './function-pool.ts';
import { folderBytes } from './folder-bytes.ts';
import { nameOf, readInvocation, tailOf } from './invoke-request.ts';
import { lambdaLimits } from './limits.ts';
import { createLogRing } from './log-ring.ts';
import type { LogRing } from './log-ring.ts';

export interface LambdaOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  /** Address of the gateway, for the functions' AWS SDK. */
  readonly endpoint: string;
  /** Where functions of custom resources send their responses. */
  readonly responseEndpoint: string;
  readonly credentialsOf: (caller: Caller) => Credentials;
  readonly log?: (line: string) => void;
  /** Environments of one function that this machine has room for. @default 10 */
  readonly maxEnvironments?: number;
  /** @default nothing outlives the run */
  readonly state?: State;
  /** Invocations of all functions at a time; AWS gives new accounts fewer. @default 1000 */
  readonly concurrencyQuota?: number;
}

export interface Lambda extends Service {
  createFunction(definition: FunctionDefinition): void;
  configureAsyncInvoke(functionName: string, settings: AsyncInvokeSettings): void;
  /** @throws AwsError ResourceNotFoundException */
  definitionOf(functionName: string): FunctionDefinition;
  createEventSourceMapping(settings: EventSourceSettings): { readonly id: string; readonly remove: () => void };
  /** ARNs of the queues that an enabled mapping empties. */
  polledQueues(): ReadonlySet<string>;
  /** Last lines that a function wrote, oldest first. */
  logsOf(functionName: string): readonly string[];
  /** Invocations that run or wait for an environment, and batches on their way. */
  busy(): number;
  /** Invocations that run or wait for an environment; none of them waits for the clock. */
  computing(): number;
  /** Ends the environment that works on the invocation of this trace. */
  kill(traceId: string, death: FunctionDeath): Promise<void>;
  /** Ends every invocation of a function that runs now. @returns how many */
  killFunction(functionName: string, death: FunctionDeath): Promise<number>;
  /** The functions, with what they did since the start. */
  inspect(): readonly FunctionView[];
  /** Invocations by function since the start, for the cost of a workload. */
  invocationCounts(): Readonly<Record<string, number>>;
  /** Wall time of all invocations by function since the start, waiting for an environment included. */
  invocationMs(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** A function, and what it did since the start. */
export interface FunctionView {
  readonly name: string;
  /** Its name as a caller. */
  readonly caller: string;
  readonly invocations: number;
  /** Invocations that failed: errors of the code, timeouts and deaths. */
  readonly errors: number;
  /** Invocations that run or wait for an environment. */
  readonly running: number;
  /** Wall time of all invocations. */
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

interface DeployedFunction {
  readonly definition: FunctionDefinition;
  readonly pool: FunctionPool;
  readonly logs: LogRing;
  invocations: number;
  errors: number;
  durationMs: number;
}

const logLines = 1000;
const idleEnvironmentLimitMs = 5 * 60_000;

type Action = (call: ApiCall) => Promise<Record<string, unknown>> | Record<string, unknown>;

export const createLambda = (options: LambdaOptions): Lambda => {
  const {
    clock,
    dispatch,
    region,
    endpoint,
    responseEndpoint,
    credentialsOf,
    log = () => undefined,
    maxEnvironments = 10,
    state = forgetful,
    concurrencyQuota = lambdaLimits.concurrency.most,
  } = options;
  const functions = new Map<string, DeployedFunction>();
  const asyncSettings = new Map<string, AsyncInvokeSettings>();

  const find = (nameOrArn: unknown): DeployedFunction => {
    const name = nameOf(textOf(nameOrArn, 'FunctionName'));
    const found = functions.get(name);
    if (found) return found;
    const arn = `arn:aws:lambda:${region}:${accountOf(functions)}:function:${name}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
  };

  const totalReserved = (): number =>
    [...functions.values()].reduce((sum, { definition }) => sum + (definition.reservedConcurrency ?? 0), 0);

  /** What is reserved is there for its function alone; the others share the rest of the account's quota. */
  const throttleOverQuota = ({ reservedConcurrency }: FunctionDefinition): void => {
    if (reservedConcurrency !== undefined) return;
    const shared = [...functions.values()].filter(({ definition }) => definition.reservedConcurrency === undefined);
    const busy = shared.reduce((sum, { pool }) => sum + pool.busy(), 0);
    if (busy < concurrencyQuota - totalReserved()) return;
    const members = { Reason: 'ConcurrentInvocationLimitExceeded', Type: 'User' };
    throw new AwsError(lambdaLimits.concurrency.beyond.error, 'Rate Exceeded.', 429, members);
  };

  /** AWS keeps a hundred for the functions that reserve none. */
  const checkReserved = ({ name, reservedConcurrency }: FunctionDefinition): void => {
    if (reservedConcurrency === undefined) return;
    const kept = lambdaLimits.concurrency.most - lambdaLimits.reserved.most;
    refuseBeyond(
      { ...lambdaLimits.reserved, most: concurrencyQuota - kept },
      totalReserved() + reservedConcurrency,
      `Specified ReservedConcurrentExecutions for function ${name} decreases account's UnreservedConcurrentExecution below its minimum value of [${kept}].`,
    );
  };

  const run = async (definition: FunctionDefinition, invocation: Invocation): Promise<InvocationResult> => {
    const target = find(definition.name);
    throttleOverQuota(definition);
    target.invocations++;
    const startedAt = performance.now();
    try {
      const result = await target.pool.invoke(invocation);
      if (result.kind === 'failed') target.errors++;
      return result;
    } finally {
      target.durationMs += performance.now() - startedAt;
    }
  };

  const deployed = (functionName: string): Omit<QueuedEvent, 'invocation'> | undefined => {
    const target = functions.get(functionName);
    return target && { definition: target.definition, settings: asyncSettings.get(functionName) };
  };
  const asynchronous = createAsyncInvocations({ clock, dispatch, state, deployed, run, log });

  const invoke: Action = async ({ input }) => {
    const target = find(input['FunctionName']);
    const type = textOf(input['InvocationType'] ?? 'RequestResponse', 'InvocationType');
    const invocation = readInvocation(input, type);
    if (type === 'DryRun') return { StatusCode: 204 };
    if (type === 'Event') {
      asynchronous.accept({ definition: target.definition, settings: asyncSettings.get(target.definition.name), invocation });
      return { StatusCode: 202 };
    }
    if (type !== 'RequestResponse') throw new AwsError('InvalidParameterValueException', `Unknown InvocationType ${type}`);
    const result = await run(target.definition, invocation);
    const tail = input['LogType'] === 'Tail' ? { LogResult: tailOf(target.logs) } : {};
    const payload = result.kind === 'returned' ? result.payload : JSON.stringify(result.error);
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: Buffer.from(payload),
      ...(result.kind === 'failed' && { FunctionError: 'Unhandled' }),
      ...tail,
    };
  };

  const mappings = createEventSourceMappings({
    clock,
    dispatch,
    state,
    region,
    log,
    definitionOf: (functionName) => find(functionName).definition,
    run,
  });

  const actions: Readonly<Record<string, Action>> = {
    ...mappings.actions,
    Invoke: invoke,
    GetFunction: ({ input }) => ({ Configuration: configurationOf(find(input['FunctionName']).definition) }),
    GetFunctionConfiguration: ({ input }) => configurationOf(find(input['FunctionName']).definition),
  };

  return {
    name: 'lambda',
    actions: new Set(Object.keys(actions)),
    call: async (call) => {
      const action = actions[call.action];
      if (!action) throw new UnsupportedError(`lambda:${call.action} is not answered by the local cloud`);
      return action(call);
    },
    createFunction: (definition) => {
      checkReserved(definition);
      refuseBeyond(
        lambdaLimits.code,
        folderBytes(definition.codeFolder),
        `Unzipped size of ${definition.name} must be smaller than ${lambdaLimits.code.most} bytes`,
      );
      const logs = createLogRing(logLines);
      const pool = createFunctionPool({
        start: () => {
          const logStream = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID()}`;
          const credentials = credentialsOf(definition.caller);
          return startEnvironment({
            definition,
            variables: variablesOf({ definition, credentials, region, endpoint, logStream }),
            responseEndpoint,
            sharedTime: clock.shared,
            logStream,
            log: (line) => {
              logs.add(line);
              log(`${definition.caller.name}: ${line}`);
            },
          });
        },
        reservedConcurrency: definition.reservedConcurrency,
        maxEnvironments,
        idleLimitMs: idleEnvironmentLimitMs,
      });
      functions.set(definition.name, { definition, pool, logs, invocations: 0, errors: 0, durationMs: 0 });
    },
    configureAsyncInvoke: (functionName, settings) => {
      asyncSettings.set(find(functionName).definition.name, settings);
    },
    createEventSourceMapping: (settings) => mappings.create(settings),
    definitionOf: (functionName) => find(functionName).definition,
    polledQueues: () => mappings.polledQueues(),
    logsOf: (functionName) => find(functionName).logs.lines(),
    busy: () => {
      let busy = asynchronous.running() + mappings.busy();
      for (const { pool } of functions.values()) busy += pool.busy();
      return busy;
    },
    kill: async (traceId, death) => {
      await Promise.all(Array.from(functions.values(), ({ pool }) => pool.kill(traceId, death)));
    },
    killFunction: (functionName, death) => find(functionName).pool.kill('any', death),
    inspect: () =>
      Array.from(functions.values(), ({ definition, pool, invocations, errors, durationMs }) => ({
        name: definition.name,
        caller: definition.caller.name,
        invocations,
        errors,
        running: pool.busy(),
        durationMs,
        memoryMb: definition.memoryMb,
        timeoutSeconds: definition.timeoutSeconds,
      })),
    computing: () => [...functions.values()].reduce((sum, { pool }) => sum + pool.busy(), 0),
    invocationCounts: () =>
      Object.fromEntries(Array.from(functions.values(), (entry) => [entry.definition.caller.name, entry.invocations])),
    invocationMs: () =>
      Object.fromEntries(Array.from(functions.values(), (entry) => [entry.definition.caller.name, entry.durationMs])),
    close: async () => {
      asynchronous.close();
      mappings.close();
      await Promise.all(Array.from(functions.values(), ({ pool }) => pool.close()));
    },
  };
};

const accountOf = (functions: ReadonlyMap<string, DeployedFunction>): string => {
  const [first] = functions.values();
  return first?.definition.arn.split(':')[4] ?? '000000000000';
};
