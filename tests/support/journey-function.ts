import { createHash } from 'node:crypto';
import type { SQSBatchResponse } from 'aws-lambda';
import { startJourneyCloud } from './journey-cloud.ts';
import { MODELS_TABLE, QUARANTINE_TABLE, TICKETS_TABLE, TOPICS_TABLE } from './table-definitions.ts';
import { DATA_BUCKET } from './test-cloud.ts';
import { loadFunctionWith } from './loaded-function.ts';
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
  load: Parameters<typeof loadFunctionWith>[2],
) => {
  const variables = { ...VARIABLES, RESCORE_QUEUE_URL: `${config.endpoint}/000000000000/signalbox-rescore` };
  const { invoke, output } = await loadFunctionWith(variables, config, load);
  return {
    /** @returns the bodies that go back to the queue */
    deliver: async (queue: string, bodies: readonly string[]): Promise<readonly string[]> => {
      const answer = await invoke({
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
      });
      return (answer as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => bodies[Number(itemIdentifier.slice(2))]!);
    },
    /** Everything that was logged and measured, as one text. */
    output,
  };
};
