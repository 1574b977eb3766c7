import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import type { ClientConfig } from './test-cloud.ts';

interface HandlerModule {
  readonly handler: (event: never, context: Context) => Promise<unknown>;
}

export interface LoadedFunction {
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Everything that was logged and measured, as one text. */
  readonly output: () => string;
}

/** Loads a function as Lambda does, with its variables, its clients pointing at the cloud. Call in the test that uses it. */
export const loadFunctionWith = async (
  variables: Readonly<Record<string, string>>,
  { endpoint, region, credentials }: ClientConfig,
  load: () => Promise<HandlerModule>,
  remainingMs = 60_000,
): Promise<LoadedFunction> => {
  const environment = {
    ...variables,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    POWERTOOLS_SERVICE_NAME: 'test',
    POWERTOOLS_METRICS_NAMESPACE: 'Signalbox',
    // Sends logs and metrics to the global console.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const written: unknown[] = [];
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: readonly unknown[]) => void written.push(...parts));
  }
  vi.resetModules();
  const { handler } = await load();
  const context = {
    functionName: 'test',
    functionVersion: '1',
    memoryLimitInMB: '128',
    awsRequestId: 'request-1',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:test',
    getRemainingTimeInMillis: () => remainingMs,
  } as Context;
  return {
    invoke: (event) => handler(event as never, context),
    output: () => written.map(String).join('\n'),
  };
};
