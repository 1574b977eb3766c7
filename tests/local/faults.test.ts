import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SchedulerClient, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { FaultRuleError } from '../../local/faults/fault-rule.ts';
import { start, errorOf, victims } from './faults-fixture.ts';

describe('faults on request', () => {
  test('an error by its code has no effect, and the SDK reads code, status and members', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({
      service: 'dynamodb',
      action: 'PutItem',
      fault: { kind: 'error', code: 'ConditionalCheckFailedException', members: { Item: { id: { S: 'x' } } } },
    });
    await expect(put('a')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { id: { S: 'x' } } });
    expect(await has('a')).toBe(false);
    cloud.faults.clear();
    await put('a');
    expect(await has('a')).toBe(true);
  });

  test('each service throttles and fails in its own words', async () => {
    const { cloud, config, names, sqs, put, events } = await start();
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      sqs: () => sqs.send(new SendMessageCommand({ QueueUrl: names['Other'], MessageBody: 'x' })),
      dynamodb: () => put('x'),
      s3: () => new S3Client(config).send(new PutObjectCommand({ Bucket: names['Bucket'], Key: 'k', Body: 'x' })),
      events: () => events.send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] })),
      states: () => new SFNClient(config).send(new ListStateMachinesCommand({})),
      scheduler: () => new SchedulerClient(config).send(new ListSchedulesCommand({})),
      sagemaker: () => new SageMakerRuntimeClient(config).send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' })),
    };
    const met = async (kind: 'throttle' | 'internal-error') => {
      const undo = cloud.faults.add({ fault: { kind } });
      const all = await Promise.all(Object.entries(calls).map(async ([service, call]) => [service, await errorOf(call())]));
      undo();
      return Object.fromEntries(all) as Record<string, unknown>;
    };
    expect(await met('throttle')).toEqual({
      sqs: { name: 'RequestThrottled', status: 403 },
      dynamodb: { name: 'ThrottlingException', status: 400 },
      s3: { name: 'SlowDown', status: 503 },
      events: { name: 'ThrottlingException', status: 400 },
      states: { name: 'ThrottlingException', status: 400 },
      scheduler: { name: 'ThrottlingException', status: 429 },
      sagemaker: { name: 'ThrottlingException', status: 400 },
    });
    expect(await met('internal-error')).toMatchObject({
      sqs: { name: 'InternalFailure', status: 500 },
      dynamodb: { name: 'InternalServerError', status: 500 },
      s3: { name: 'InternalError', status: 500 },
      events: { name: 'InternalException', status: 500 },
      sagemaker: { name: 'InternalFailure', status: 500 },
    });
  });

  test('the SDK gets over throttling that ends', async () => {
    const { cloud, put, has } = await start(3);
    cloud.faults.add({ service: 'dynamodb', action: 'PutItem', times: 2, fault: { kind: 'throttle' } });
    await put('a');
    expect(await has('a')).toBe(true);
    expect(cloud.faults.counts()).toEqual([
      { kind: 'throttle', service: 'dynamodb', action: 'PutItem', caller: 'operator', count: 2 },
    ]);
  });

  test('a rule names service, action, caller and resource, lets some pass and is spent', async () => {
    const { cloud, put, sqs, names } = await start();
    const send = (QueueUrl = '') => errorOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })));
    cloud.faults.add({
      service: 'sqs',
      action: 'SendMessage',
      resource: 'Other',
      skip: 1,
      times: 1,
      fault: { kind: 'throttle' },
    });
    cloud.faults.add({ service: 'dynamodb', caller: ['Keep', 'sns.amazonaws.com'], fault: { kind: 'throttle' } });
    await put('not a caller that is named');
    expect(await send(names['Queue'])).toMatchObject({ MessageId: expect.any(String) });
    expect(await send(names['Other'])).toMatchObject({ MessageId: expect.any(String) });
    expect(await send(names['Other'])).toMatchObject({ name: 'RequestThrottled' });
    expect(await send(names['Other'])).toMatchObject({ MessageId: expect.any(String) });
  });

  test('a lost answer comes after the effect, a lost request before it', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({ action: 'PutItem', times: 1, fault: { kind: 'drop-response' } });
    expect(await errorOf(put('after'))).toMatchObject({ name: 'ECONNRESET' });
    cloud.faults.add({ action: 'PutItem', times: 1, fault: { kind: 'drop-request' } });
    expect(await errorOf(put('before'))).toMatchObject({ name: 'ECONNRESET' });
    expect([await has('after'), await has('before')]).toEqual([true, false]);
  });

  test('latency delays the call and not its neighbours, and ends when faults are cleared', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({ action: 'PutItem', fault: { kind: 'latency', ms: 3_600_000 } });
    const slow = put('slow');
    expect(await has('slow')).toBe(false);
    cloud.faults.clear();
    await slow;
    expect(await has('slow')).toBe(true);
  });

  test('several rules meet one call, the first added outermost', async () => {
    const { cloud, put, has } = await start();
    cloud.faults.add({ action: 'PutItem', fault: { kind: 'drop-response' } });
    cloud.faults.add({ action: 'PutItem', fault: { kind: 'latency', ms: 1 } });
    await expect(put('a')).rejects.toThrow(/socket|ECONNRESET|aborted/);
    expect(await has('a')).toBe(true);
    expect(cloud.faults.counts().map(({ kind, count }) => [kind, count])).toEqual([
      ['drop-response', 1],
      ['latency', 1],
    ]);
  });

  test('the same seed hits the same calls, another seed others', async () => {
    const [first, again, other] = [await victims({ seed: 7 }), await victims({ seed: 7 }), await victims({ seed: 8 })];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(25);
  });

  test('a rule that could never do what it says is refused', async () => {
    const { cloud } = await start();
    expect(() => cloud.faults.add({ rate: 2, fault: { kind: 'throttle' } })).toThrow(FaultRuleError);
    expect(() => cloud.faults.add({ service: 'dynamodb', fault: { kind: 'ignore-delete' } })).toThrow(
      'ignore-delete is for sqs:DeleteMessage, sqs:DeleteMessageBatch, not for dynamodb:any action',
    );
  });
});
