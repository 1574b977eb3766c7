import { createHash } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { DATA_BUCKET, MODELS_TABLE, QUARANTINE_TABLE, startJourneyCloud, TICKETS_TABLE, TOPICS_TABLE } from './journey-cloud.ts';
import { serviceOf } from './retraining-cloud.ts';

/** The variables of the journey's functions, as their constructs would supply them. */
const VARIABLES = {
  TICKETS_TABLE,
  TOPICS_TABLE,
  MODELS_TABLE,
  QUARANTINE_TABLE,
  DATA_BUCKET,
  BUS_NAME: 'journey',
  ROUTING_ENDPOINT_PREFIX: 'signalbox-test-routing-v',
  CLUSTERING_ENDPOINT_PREFIX: 'signalbox-test-clustering-v',
  SCORING_DEADLINE_MS: '5000',
  TICKET_RETENTION_DAYS: '90',
  DELIVERIES_TO_WAIT_FOR_TICKET: '4',
};

interface HandlerModule {
  readonly handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
}

/** A cloud whose bus and queues take everything, and whose endpoints answer as the test says. */
export const startFunctionCloud = async (answer: (input: Readonly<Record<string, unknown>>) => unknown = () => ({})) => {
  const bus = serviceOf('events', {
    PutEvents: ({ Entries }) => ({
      FailedEntryCount: 0,
      Entries: (Entries as readonly unknown[]).map(() => ({ EventId: 'id' })),
    }),
  });
  const sqs = serviceOf('sqs', {
    SendMessage: ({ MessageBody }) => ({
      MessageId: 'm-1',
      MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
    }),
  });
  const endpoints = serviceOf('sagemaker', {
    InvokeEndpoint: (input) => ({
      Body: new TextEncoder().encode(JSON.stringify(answer(input))),
      ContentType: 'application/json',
    }),
  });
  const cloud = await startJourneyCloud([bus, sqs, endpoints]);
  return { ...cloud, bus, sqs, endpoints };
};

/** Loads a function as Lambda does, its variables and clients pointing at the cloud. Call in the test that uses it. */
export const loadJourneyFunction = async (
  { config }: Pick<Awaited<ReturnType<typeof startFunctionCloud>>, 'config'>,
  load: () => Promise<HandlerModule>,
) => {
  const environment = {
    ...VARIABLES,
    RESCORE_QUEUE_URL: `${config.endpoint}/000000000000/signalbox-rescore`,
    AWS_ENDPOINT_URL: config.endpoint,
    AWS_REGION: config.region,
    AWS_ACCESS_KEY_ID: config.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: config.credentials.secretAccessKey,
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
    getRemainingTimeInMillis: () => 60_000,
  } as Context;
  return {
    /** @returns the bodies that go back to the queue */
    deliver: async (queue: string, bodies: readonly string[]): Promise<readonly string[]> => {
      const { batchItemFailures } = await handler(
        {
          Records: bodies.map((body, i) => ({
            messageId: `m-${i}`,
            receiptHandle: `handle-${i}`,
            body,
            attributes: {
              SentTimestamp: String(Date.now() - 1_000),
              ApproximateReceiveCount: '1',
              SenderId: 'test',
              ApproximateFirstReceiveTimestamp: '0',
            },
            messageAttributes: {},
            md5OfBody: '',
            eventSource: 'aws:sqs',
            eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:signalbox-${queue}`,
            awsRegion: config.region,
          })),
        },
        context,
      );
      return batchItemFailures.map(({ itemIdentifier }) => bodies[Number(itemIdentifier.slice(2))]!);
    },
    /** Everything that was logged and measured, as one text. */
    output: (): string => written.map(String).join('\n'),
  };
};
