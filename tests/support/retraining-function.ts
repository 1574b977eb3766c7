import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import type { RetrainingCloud } from './retraining-cloud.ts';
import { DATA_BUCKET, MODELS_TABLE } from './retraining-cloud.ts';

/** Every variable of the retraining functions, as their constructs would supply them. */
const VARIABLES = {
  MODELS_TABLE,
  DATA_BUCKET,
  LOCK_SECONDS: '3600',
  TRAINING_WINDOW_DAYS: '30',
  ROUTING_ENDPOINT_PREFIX: 'signalbox-test-routing-v',
  CLUSTERING_ENDPOINT_PREFIX: 'signalbox-test-clustering-v',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:retraining',
  SCHEDULE_NAME: 'weekly',
};

interface HandlerModule {
  readonly handler: (event: never, context: Context) => Promise<unknown>;
}

export interface LoadedFunction {
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Everything that was logged and measured, as one text. */
  readonly output: () => string;
}

/** Loads a function as Lambda does, its variables and clients pointing at the cloud. Call in the test that uses it. */
export const loadFunction = async (
  cloud: RetrainingCloud,
  load: () => Promise<HandlerModule>,
  remainingMs = 60_000,
): Promise<LoadedFunction> => {
  const { endpoint, region, credentials } = cloud.config;
  const environment = {
    ...VARIABLES,
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
