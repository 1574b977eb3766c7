import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionDefinition } from './function-definition.ts';
import { lambdaLimits } from './limits.ts';
import type { EnvironmentData, EnvironmentMessage, FunctionErrorReport, InvokeMessage } from './messages.ts';

export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
  readonly clientContext?: string;
}

export type InvocationResult =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionErrorReport };

/** One worker thread that runs one invocation at a time, as Lambda's environments do. */
export interface ExecutionEnvironment {
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /** False once the thread has ended or its initialisation failed: it takes no further invocation. */
  readonly usable: () => boolean;
  /** Ends the thread in the middle of what it does, if that is the invocation of this trace; `any` is whatever it works on. */
  kill(traceId: string, death: FunctionDeath): Promise<boolean>;
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly definition: FunctionDefinition;
  readonly variables: Readonly<Record<string, string>>;
  readonly responseEndpoint: string;
  /** The cloud's clock, which the function's `Date` reads. */
  readonly sharedTime: SharedArrayBuffer;
  readonly logStream: string;
  readonly log: (line: string) => void;
}

/** How an environment can die under its code. */
export type FunctionDeath = 'crash' | 'timeout' | 'out-of-memory';

type Settle = (result: InvocationResult) => void;

/** Lambda gives initialisation ten seconds outside the function's own timeout. */
const initLimitMs = 10_000;

export const startEnvironment = ({
  definition,
  variables,
  responseEndpoint,
  sharedTime,
  logStream,
  log,
}: EnvironmentOptions): ExecutionEnvironment => {
  const data: EnvironmentData = {
    codeFolder: definition.codeFolder,
    handler: definition.handler,
    responseEndpoint,
    sharedTime,
  };
  const worker = new Worker(new URL('runtime.ts', import.meta.url), {
    env: { ...variables },
    workerData: data,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
  });
  createInterface({ input: worker.stdout }).on('line', log);
  createInterface({ input: worker.stderr }).on('line', log);

  let state: 'starting' | 'ready' | 'ended' = 'starting';
  let initError: FunctionErrorReport | undefined;
  let settle: Settle | undefined;
  let currentTrace: string | undefined;
  const ready = Promise.withResolvers<void>();

  const fail = (error: FunctionErrorReport): void => settle?.({ kind: 'failed', error });
  const end = (error: FunctionErrorReport): void => {
    if (state === 'starting') initError = error;
    state = 'ended';
    ready.resolve();
    fail(error);
  };

  worker.on('message', (message: EnvironmentMessage) => {
    if (message.kind === 'ready') {
      state = 'ready';
      ready.resolve();
    } else if (message.kind === 'init-failed') {
      log(JSON.stringify({ level: 'ERROR', ...message.error }));
      end(message.error);
      void worker.terminate();
    } else if (message.kind === 'threw') fail(message.error);
    else settle?.(checkSize(message.payload));
  });
  worker.on('error', (error) => end(describe(error)));
  worker.on('exit', (code) =>
    end({ errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited with error: exit status ${code}` }),
  );

  /** Waits until the handler's module is loaded; a slow one is cut off as on Lambda. */
  const initialised = async (): Promise<void> => {
    if (state !== 'starting') return;
    const timer = setTimeout(() => {
      end({ errorType: 'Sandbox.Timedout', errorMessage: `Error: initialisation timed out after ${initLimitMs / 1000} seconds` });
      void worker.terminate();
    }, initLimitMs);
    await ready.promise;
    clearTimeout(timer);
  };

  const invoke = async (invocation: Invocation): Promise<InvocationResult> => {
    await initialised();
    if (state !== 'ready') {
      const error = initError ?? { errorType: 'Runtime.ExitError', errorMessage: 'Error: the environment has ended' };
      return { kind: 'failed', error: withRequest(error, invocation.requestId) };
    }
    currentTrace = traceId();
    const timeoutMs = definition.timeoutSeconds * 1000;
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    settle = resolve;
    // Wall time, not the cloud's clock: the code computes at wall speed, and a jump of the clock must not cut it off.
    const timer = setTimeout(() => {
      end(deathReport('timeout', definition));
      void worker.terminate();
    }, timeoutMs);
    const message: InvokeMessage = {
      ...invocation,
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMb: definition.memoryMb,
      logGroup: definition.logGroup,
      logStream,
      traceId: currentTrace,
      deadlineMs: Date.now() + timeoutMs,
    };
    worker.postMessage(message, []);
    const result = await promise;
    clearTimeout(timer);
    settle = undefined;
    currentTrace = undefined;
    return result.kind === 'failed' ? { kind: 'failed', error: withRequest(result.error, invocation.requestId) } : result;
  };

  return {
    invoke,
    usable: () => state !== 'ended',
    kill: async (trace, death) => {
      if (currentTrace === undefined || (trace !== 'any' && trace !== currentTrace)) return false;
      end(deathReport(death, definition));
      await worker.terminate();
      return true;
    },
    close: async () => {
      await worker.terminate();
    },
  };
};

const describe = (error: unknown): FunctionErrorReport => {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error), trace: [] };
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return killed('Runtime.OutOfMemory');
  }
  const errorType = 'errorType' in error ? String(error.errorType) : error.name;
  return { errorType, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
};

const killed = (errorType: string): FunctionErrorReport => ({
  errorType,
  errorMessage: 'Error: Runtime exited with error: signal: killed',
});

const deathReport = (death: FunctionDeath, { timeoutSeconds }: FunctionDefinition): FunctionErrorReport => {
  if (death === 'crash') return killed('Runtime.ExitError');
  if (death === 'out-of-memory') return killed('Runtime.OutOfMemory');
  return { errorType: 'Sandbox.Timedout', errorMessage: `Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds` };
};

/** Faults of the sandbox name the request that met them; errors of the code have a trace instead. */
const withRequest = (error: FunctionErrorReport, requestId: string): FunctionErrorReport =>
  error.trace ? error : { ...error, errorMessage: `RequestId: ${requestId} ${error.errorMessage}` };

const checkSize = (payload: string): InvocationResult =>
  Buffer.byteLength(payload) <= lambdaLimits.response.most
    ? { kind: 'returned', payload }
    : {
        kind: 'failed',
        error: {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: `Response payload size exceeded maximum allowed payload size (${lambdaLimits.response.most} bytes).`,
          trace: [],
        },
      };

const traceId = (): string => {
  const id = randomUUID().replaceAll('-', '');
  return `Root=1-${id.slice(0, 8)}-${id.slice(8)};Parent=${id.slice(0, 16)};Sampled=0`;
};
