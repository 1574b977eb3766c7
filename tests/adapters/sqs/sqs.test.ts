import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { batchResponse, inboundMessages, queueName } from '../../../adapters/sqs/inbound-messages.ts';
import { sqsRescoreQueue } from '../../../adapters/sqs/rescore-queue.ts';
import { startJourneyCloud } from '../../support/journey-cloud.ts';
import { serviceOf } from '../../support/retraining-cloud.ts';

test('a request to rescore is sent with a delay that grows', async () => {
  const sqs = serviceOf('sqs', { SendMessage: () => ({ MessageId: 'm-1' }) });
  const { config } = await startJourneyCloud([sqs]);
  // The fake does not compute digests.
  const client = new SQSClient({ ...config, md5: false });
  const queue = sqsRescoreQueue({ client, queueUrl: `${config.endpoint}/000000000000/rescore` });
  for (const attempt of [1, 2, 40]) await queue.ask({ type: 'rescore.v1', ticketId: 'T-1', orderKey: '1', attempt });
  expect(sqs.asked.map(({ input }) => input['DelaySeconds'])).toEqual([30, 60, 900]);
  expect(JSON.parse(String(sqs.asked[1]?.input['MessageBody']))).toEqual({
    type: 'rescore.v1',
    ticketId: 'T-1',
    orderKey: '1',
    attempt: 2,
  });
});

test('a batch of records is read as messages', () => {
  const record = {
    messageId: 'm-1',
    receiptHandle: 'handle',
    body: '{}',
    attributes: {
      SentTimestamp: '1700000000000',
      ApproximateReceiveCount: '3',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:signalbox-tickets',
    awsRegion: 'eu-central-1',
  } satisfies SQSRecord;
  const event: SQSEvent = { Records: [record] };
  expect(inboundMessages(event)).toEqual([{ messageId: 'm-1', body: '{}', sentAtMs: 1_700_000_000_000, receiveCount: 3 }]);
  expect(queueName(event)).toBe('signalbox-tickets');
});

test('only what is to be tried again is reported as failed', () => {
  const outcomes = ['decided', 'retry', 'quarantined', 'retry', 'late'].map((kind, i) => ({ kind, messageId: `m-${i}` }));
  expect(batchResponse(outcomes)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-3' }] });
});
