import { randomUUID } from 'node:crypto';
import { textOf } from '../assembly/json.ts';
import type { Clock } from '../clock.ts';
import { isWithin, refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError } from '../service.ts';
import type { ApiCall, Caller, Dispatch, Service } from '../service.ts';
import { forgetful } from '../state/state.ts';
import type { State } from '../state/state.ts';
import { createAsyncInvocations } from './async-invocations.ts';
import type { QueuedEvent } from './async-invocations.ts';
import { createEventSourceMapping } from './event-source-mapping.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { startEnvironment } from './execution-environment.ts';
import type { FunctionDeath, Invocation, InvocationResult } from './execution-environment.ts';
import type { AsyncInvokeSettings, EventSourceSettings, FunctionDefinition } from './function-definition.ts';
import { variablesOf } from './function-environment.ts';
import type { Credentials } from './function-environment.ts';
import { createFunctionPool } from './function-pool.ts';
import type { FunctionPool } from './function-pool.ts';
import { folderBytes } from './folder-bytes.ts';
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

/** What outlives a run of an event source mapping: its id, and what UpdateEventSourceMapping has made of it. */
interface KeptMapping {
  readonly id: string;
  readonly settings: EventSourceSettings;
  readonly enabled: boolean;
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
  const mappings = new Map<string, EventSourceMapping>();

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

  const findMapping = (id: unknown): EventSourceMapping => {
    const mapping = mappings.get(String(id));
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, { Type: 'User' });
  };

  const actions: Readonly<Record<string, Action>> = {
    Invoke: invoke,
    GetFunction: ({ input }) => ({ Configuration: configurationOf(find(input['FunctionName']).definition) }),
    GetFunctionConfiguration: ({ input }) => configurationOf(find(input['FunctionName']).definition),
    ListEventSourceMappings: ({ input }) => ({
      EventSourceMappings: [...mappings.values()]
        .map((mapping) => mapping.describe())
        .filter(
          (entry) =>
            input['FunctionName'] === undefined ||
            nameOf(entry.FunctionArn) === nameOf(textOf(input['FunctionName'], 'FunctionName')),
        )
        .filter((entry) => input['EventSourceArn'] === undefined || entry.EventSourceArn === input['EventSourceArn']),
    }),
    GetEventSourceMapping: ({ input }) => ({ ...findMapping(input['UUID']).describe() }),
    UpdateEventSourceMapping: ({ input }) => {
      const mapping = findMapping(input['UUID']);
      const unknown = Object.keys(input).filter((member) => !['UUID', 'Enabled', 'FunctionName'].includes(member));
      if (unknown.length > 0)
        throw new UnsupportedError(`UpdateEventSourceMapping changes Enabled only, not ${unknown.join(', ')}`);
      if (typeof input['Enabled'] === 'boolean') mapping.setEnabled(input['Enabled']);
      return { ...mapping.describe() };
    },
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
    createEventSourceMapping: (settings) => {
      const { definition } = find(settings.functionName);
      const kept = state.section<KeptMapping>(`lambda/mappings/${settings.queueArn} ${definition.name}`);
      const [, earlier] = kept.restored()[0] ?? [];
      const id = earlier?.id ?? randomUUID();
      const isSame = JSON.stringify(earlier?.settings) === JSON.stringify(settings);
      const enabled = earlier && isSame ? earlier.enabled : settings.enabled;
      kept.put('mapping', { id, settings, enabled });
      const mapping = createEventSourceMapping({
        id,
        settings: { ...settings, enabled },
        definition,
        clock,
        dispatch,
        region,
        log,
        invoke: run,
        begin: state.released,
        onEnabled: (now) => kept.put('mapping', { id, settings, enabled: now }),
      });
      mappings.set(id, mapping);
      const remove = (): void => {
        mapping.close();
        mappings.delete(id);
      };
      return { id, remove };
    },
    definitionOf: (functionName) => find(functionName).definition,
    polledQueues: () => {
      const enabled = [...mappings.values()].map((mapping) => mapping.describe()).filter(({ State }) => State === 'Enabled');
      return new Set(enabled.map(({ EventSourceArn }) => EventSourceArn));
    },
    logsOf: (functionName) => find(functionName).logs.lines(),
    busy: () => {
      let busy = asynchronous.running();
      for (const { pool } of functions.values()) busy += pool.busy();
      for (const mapping of mappings.values()) busy += mapping.busy();
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
      for (const mapping of mappings.values()) mapping.close();
      await Promise.all(Array.from(functions.values(), ({ pool }) => pool.close()));
    },
  };
};

/** A function is named by its name, its ARN or a part of it, each with or without a version; only `$LATEST` exists. */
const nameOf = (nameOrArn: string): string => {
  const parts = nameOrArn.split(':');
  const at = parts.indexOf('function');
  const [name = nameOrArn, qualifier] = at >= 0 ? parts.slice(at + 1) : parts;
  if (qualifier !== undefined && qualifier !== '$LATEST') {
    throw new UnsupportedError(`${nameOrArn} names a version or alias; the local cloud has $LATEST only`);
  }
  return name;
};

const accountOf = (functions: ReadonlyMap<string, DeployedFunction>): string => {
  const [first] = functions.values();
  return first?.definition.arn.split(':')[4] ?? '000000000000';
};

const readInvocation = (input: ApiCall['input'], type: string): Invocation => {
  const event = payloadOf(input['Payload']);
  const limit = type === 'Event' ? lambdaLimits.asyncRequest : lambdaLimits.request;
  if (!isWithin(limit, Buffer.byteLength(event))) {
    const message = `Request must be smaller than ${limit.most} bytes for the InvokeFunction operation`;
    throw new AwsError(limit.beyond.error, message, 413, { Type: 'User' });
  }
  try {
    JSON.parse(event);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`, 400, {
      Type: 'User',
    });
  }
  const context = input['ClientContext'];
  return {
    requestId: randomUUID(),
    event,
    ...(typeof context === 'string' && { clientContext: Buffer.from(context, 'base64').toString() }),
  };
};

const payloadOf = (payload: unknown): string => {
  if (typeof payload === 'string') return payload || '{}';
  if (payload instanceof Uint8Array && payload.length > 0) return Buffer.from(payload).toString();
  return '{}';
};

/** The last 4 KB, as the API returns them. */
const tailOf = (logs: LogRing): string => Buffer.from(logs.lines().join('\n')).subarray(-4096).toString('base64');

const configurationOf = (definition: FunctionDefinition): Record<string, unknown> => ({
  FunctionName: definition.name,
  FunctionArn: definition.arn,
  Role: definition.caller.principal,
  Runtime: definition.runtime,
  Handler: definition.handler,
  Timeout: definition.timeoutSeconds,
  MemorySize: definition.memoryMb,
  Environment: { Variables: definition.environment },
  State: 'Active',
  LastUpdateStatus: 'Successful',
  PackageType: 'Zip',
  Version: '$LATEST',
  LoggingConfig: { LogFormat: definition.logFormat, LogGroup: definition.logGroup },
});
