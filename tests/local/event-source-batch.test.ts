import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEventSourceSettings } from '../../local/lambda/function-definition.ts';
import { splitBySize, succeededOf } from '../../local/lambda/sqs-batch.ts';
import type { ReceivedMessage } from '../../local/lambda/sqs-batch.ts';

const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:tickets';

const message = (id: string, body = 'x'): ReceivedMessage => ({
  MessageId: id,
  ReceiptHandle: `h-${id}`,
  Body: body,
  MD5OfBody: 'm',
});

describe('a response to a batch', () => {
  const batch = [message('a'), message('b')];
  const kept = (response: unknown) => succeededOf(batch, JSON.stringify(response), true).map(({ MessageId }) => MessageId);

  test.each([[null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])('%j is a success', (response) => {
    expect(kept(response)).toEqual(['a', 'b']);
  });

  test.each([
    ['text'],
    [{ batchItemFailures: 'a' }],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ wrongKey: 'a' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'unknown' }] }],
  ])('%j fails the whole batch', (response) => {
    expect(kept(response)).toEqual([]);
  });

  test('is not looked at where the mapping does not ask for it', () => {
    expect(succeededOf(batch, '{"batchItemFailures":[{"itemIdentifier":"a"}]}', false)).toEqual(batch);
  });

  test('deletes exactly what it does not name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 10 }), fc.func(fc.boolean()), (ids, fails) => {
        const failed = ids.filter((id) => fails(id));
        const payload = JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) });
        const succeeded = succeededOf(
          ids.map((id) => message(id)),
          payload,
          true,
        ).map(({ MessageId }) => MessageId);
        expect([...succeeded, ...failed].sort()).toEqual([...ids].sort());
      }),
    );
  });
});

test('a batch over 6 MB goes to the function in parts, in order and with nothing left out', () => {
  const messages = Array.from({ length: 10 }, (_, index) => message(String(index), 'x'.repeat(1_000_000)));
  const parts = splitBySize(messages, 6_291_456);
  expect(parts.map((part) => part.length)).toEqual([6, 4]);
  expect(parts.flat()).toEqual(messages);
});

describe('the properties of a mapping', () => {
  const read = (properties: Record<string, unknown>) =>
    readEventSourceSettings({ EventSourceArn: queueArn, FunctionName: 'f', ...properties }, 'mapping M');

  test('have the defaults of AWS', () => {
    expect(read({})).toMatchObject({ enabled: true, batchSize: 10, batchingWindowSeconds: 0, maximumConcurrency: 5 });
  });

  test.each([
    [{ FilterCriteria: { Filters: [] } }, 'mapping M: the local cloud does not know FilterCriteria'],
    [{ EventSourceArn: 'arn:aws:kinesis:eu-west-1:0:stream/s' }, 'polls SQS queues only'],
    [{ BatchSize: 500 }, 'without a MaximumBatchingWindowInSeconds'],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, 'not within 2 to 1000'],
  ])('%j are refused', (properties, text) => {
    expect(() => read(properties)).toThrow(text);
  });
});
