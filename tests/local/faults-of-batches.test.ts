import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { start } from './faults-fixture.ts';

describe('faults of batches', () => {
  test('PutEvents refuses some entries, each in its place', async () => {
    const { cloud, events } = await start();
    cloud.faults.add({ service: 'events', seed: 3, fault: { kind: 'refuse-entries', share: 0.5 } });
    const Entries = Array.from({ length: 10 }, () => ({ Source: 's', DetailType: 'd', Detail: '{}', EventBusName: 'bus' }));
    const reply = await events.send(new PutEventsCommand({ Entries }));
    const failed = (reply.Entries ?? []).filter(({ ErrorCode }) => ErrorCode === 'InternalFailure');
    expect(reply.Entries).toHaveLength(10);
    expect(reply.FailedEntryCount).toBe(failed.length);
    expect((reply.Entries ?? []).filter(({ EventId }) => EventId !== undefined)).toHaveLength(10 - failed.length);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(10);
  });

  test('a batch of messages names those that were not sent', async () => {
    const { cloud, sqs, names } = await start();
    cloud.faults.add({ service: 'sqs', seed: 1, fault: { kind: 'refuse-entries', share: 0.5 } });
    const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: `m${at}`, MessageBody: `m${at}` }));
    const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: names['Other'], Entries }));
    const ids = [...Successful, ...Failed].map(({ Id }) => Id);
    expect(new Set(ids)).toEqual(new Set(Entries.map(({ Id }) => Id)));
    expect(Failed.length).toBeGreaterThan(0);
    expect(cloud.engines.sqs.inspect(cloud.resources.get('app/Other')?.attributes['Arn'] as string).visible).toBe(
      Successful.length,
    );
  });

  test('a throttled batch of writes comes back as what was not processed', async () => {
    const { cloud, dynamoDb, names, has } = await start();
    cloud.faults.add({ service: 'dynamodb', fault: { kind: 'refuse-entries', share: 1 }, times: 1 });
    const RequestItems = { [names['Table'] ?? '']: [{ PutRequest: { Item: { id: { S: 'a' } } } }] };
    const { UnprocessedItems } = await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }));
    expect(UnprocessedItems).toEqual(RequestItems);
    expect(await has('a')).toBe(false);
    expect((await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }))).UnprocessedItems).toEqual({});
    expect(await has('a')).toBe(true);
  });

  test('a deleted message comes again', async () => {
    const { cloud, sqs, names } = await start();
    const QueueUrl = names['Other'];
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 30 }))).Messages?.[0];
    cloud.faults.add({ service: 'sqs', times: 1, action: 'DeleteMessage', fault: { kind: 'ignore-delete' } });
    const first = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    await cloud.clock.advance(30_000);
    expect((await receive())?.MessageId).toBe(first?.MessageId);
  });

  test('an effect takes place twice', async () => {
    const { cloud, sqs, names } = await start();
    cloud.faults.add({ service: 'sqs', action: 'SendMessage', times: 1, fault: { kind: 'repeat' } });
    await sqs.send(new SendMessageCommand({ QueueUrl: names['Other'], MessageBody: 'x' }));
    expect(cloud.engines.sqs.inspect(cloud.resources.get('app/Other')?.attributes['Arn'] as string).visible).toBe(2);
  });
});
