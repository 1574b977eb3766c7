import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { InboundMessage } from '../../core/ports.ts';

/** A batch as Lambda hands it over, in the domain's words. */
export const inboundMessages = (event: SQSEvent): readonly InboundMessage[] =>
  event.Records.map(({ messageId, body, attributes }) => ({
    messageId,
    body,
    sentAtMs: Number(attributes.SentTimestamp),
    receiveCount: Number(attributes.ApproximateReceiveCount),
  }));

/** Name of the queue that a batch came from. */
export const queueName = (event: SQSEvent): string => event.Records[0]?.eventSourceARN.split(':').at(-1) ?? '';

/** Only messages whose outcome is `retry` go back to the queue. */
export const batchResponse = (outcomes: readonly { readonly kind: string; readonly messageId: string }[]): SQSBatchResponse => ({
  batchItemFailures: outcomes.filter(({ kind }) => kind === 'retry').map(({ messageId }) => ({ itemIdentifier: messageId })),
});
