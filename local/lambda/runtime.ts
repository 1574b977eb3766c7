/** Entry point of an execution environment's worker thread: what the Node.js runtime is on Lambda. */
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import Module, { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { readDatesFrom, wallNow } from './cloud-date.ts';
import type { EnvironmentData, EnvironmentMessage, FunctionErrorReport, InvokeMessage } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const data = workerData as EnvironmentData;

const say = (message: EnvironmentMessage): void => parentPort?.postMessage(message, []);

/** An error whose type Lambda's runtime names, instead of the class of the error. */
class RuntimeFault extends Error {
  readonly errorType: string;

  constructor(errorType: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.errorType = errorType;
  }
}

const report = (error: unknown): FunctionErrorReport => {
  if (!(error instanceof Error)) {
    return {
      errorType: typeof error,
      errorMessage: typeof error === 'string' ? error : (JSON.stringify(error) ?? 'undefined'),
      trace: [],
    };
  }
  const errorType = error instanceof RuntimeFault ? error.errorType : error.name;
  return { errorType, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
};

/** The runtime brings the AWS SDK along; here it is the one that the local cloud's own project has. */
const provideAwsSdk = (): void => {
  const requireHere = createRequire(import.meta.url);
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^@(aws-sdk|smithy)\//.test(specifier)) throw error;
        // `require` resolves from the module that calls it, whatever parentURL says.
        if (!context.conditions.includes('require')) return next(specifier, { ...context, parentURL: import.meta.url });
        return { url: pathToFileURL(requireHere.resolve(specifier)).href, shortCircuit: true };
      }
    },
  });
};

interface CompilableModule {
  _compile(source: string, path: string, format: 'commonjs'): void;
}

/** On Lambda no package.json lies above the code, so that `.js` is CommonJS whatever folder the code lies in here. */
const requireAsOnLambda = (path: string): Record<string, unknown> => {
  const loaders = (Module as unknown as { _extensions: Record<string, (module: CompilableModule, path: string) => void> })
    ._extensions;
  const loadScript = loaders['.js'];
  loaders['.js'] = (module, file) => {
    if (file.startsWith(data.codeFolder) && !file.includes('node_modules'))
      module._compile(readFileSync(file, 'utf8'), file, 'commonjs');
    else loadScript?.(module, file);
  };
  return createRequire(path)(path) as Record<string, unknown>;
};

const hasModuleType = (): boolean => {
  const path = join(data.codeFolder, 'package.json');
  return existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown }).type === 'module';
};

/** Custom resources written for AWS answer by https without a port; here they go to the local cloud, which is plain http. */
const sendResponsesLocally = (): void => {
  const { hostname, port } = new URL(data.responseEndpoint);
  const requestByHttps = https.request;
  const request = (...args: unknown[]): http.ClientRequest => {
    const [options, callback] = args as [http.RequestOptions, ((response: http.IncomingMessage) => void) | undefined];
    const isResponse = options.hostname === hostname && String(options.path).startsWith('/cloudformation-response/');
    return isResponse
      ? http.request({ ...options, port, protocol: 'http:', agent: undefined }, callback)
      : Reflect.apply(requestByHttps, https, args);
  };
  Object.assign(https, { request });
  syncBuiltinESMExports();
};

const loadHandler = async (): Promise<Handler> => {
  const dot = data.handler.lastIndexOf('.');
  const [file, name] = [data.handler.slice(0, dot), data.handler.slice(dot + 1)];
  const path = ['.js', '.mjs', '.cjs'].map((end) => join(data.codeFolder, file + end)).find((candidate) => existsSync(candidate));
  if (!path) throw new RuntimeFault('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  let loaded: Record<string, unknown>;
  try {
    loaded =
      path.endsWith('.js') && !hasModuleType()
        ? requireAsOnLambda(path)
        : ((await import(pathToFileURL(path).href)) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeFault('Runtime.UserCodeSyntaxError', String(error), { cause: error });
    if (String((error as { code?: unknown }).code).endsWith('MODULE_NOT_FOUND')) {
      throw new RuntimeFault('Runtime.ImportModuleError', String(error), { cause: error });
    }
    throw error;
  }
  const whole = loaded['default'] as Record<string, unknown> | undefined;
  const handler = loaded[name] ?? whole?.[name];
  if (typeof handler !== 'function') {
    throw new RuntimeFault('Runtime.HandlerNotFound', `${data.handler} is undefined or not exported`);
  }
  return handler as Handler;
};

const contextOf = (message: InvokeMessage): object => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: message.functionName,
  functionVersion: '$LATEST',
  memoryLimitInMB: String(message.memoryMb),
  logGroupName: message.logGroup,
  logStreamName: message.logStream,
  invokedFunctionArn: message.functionArn,
  awsRequestId: message.requestId,
  clientContext: message.clientContext ? (JSON.parse(message.clientContext) as unknown) : undefined,
  getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - wallNow()),
});

const invoke = async (handler: Handler, message: InvokeMessage): Promise<void> => {
  const { requestId } = message;
  process.env['_X_AMZN_TRACE_ID'] = message.traceId;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    say({ kind: 'returned', requestId, payload: toJson(result) });
  } catch (error) {
    const fault = report(error);
    console.error(JSON.stringify({ level: 'ERROR', requestId, ...fault }));
    say({ kind: 'threw', requestId, error: fault });
  }
};

const toJson = (result: unknown): string => {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw new RuntimeFault('Runtime.MarshalError', 'Unable to stringify response body', { cause: error });
  }
};

process.on('unhandledRejection', (reason) => {
  throw new RuntimeFault('Runtime.UnhandledPromiseRejection', String(reason), { cause: reason });
});

readDatesFrom(data.sharedTime);
provideAwsSdk();
sendResponsesLocally();
try {
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvokeMessage) => void invoke(handler, message));
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'init-failed', error: report(error) });
}
