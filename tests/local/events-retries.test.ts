import { expect, test } from 'vitest';
import { AwsError, UnsupportedError } from '../../local/service.ts';
import { queueArn, deadArn, startBus, rule, throttled } from './events-fixture.ts';

test('a throttled delivery is tried again with growing pauses until it works', async () => {
  let failures = 3;
  const bus = startBus(() => {
    if (failures > 0) {
      failures -= 1;
      throttled();
    }
  });
  bus.events.createRule(rule({ Arn: queueArn }));

  await bus.put({});
  expect([bus.calls.length, bus.events.busy(), bus.events.waiting()]).toEqual([1, 0, 1]);
  await bus.clock.advance(7000);
  await bus.settled();

  expect([bus.calls.length, bus.events.waiting()]).toEqual([4, 0]);
});

test.each([
  ['attempts', { MaximumRetryAttempts: 2 }, 'MaximumRetryAttempts', '2'],
  ['time', { MaximumEventAgeInSeconds: 60 }, 'MaximumEventAgeInSeconds', '5'],
])('an event goes to the dead-letter queue when its %s are used up', async (_what, RetryPolicy, condition, retries) => {
  const bus = startBus(({ input }) => {
    if (!(input['QueueUrl'] as string).endsWith('/dead')) throttled();
  });
  const { arn } = bus.events.createRule(rule({ Arn: queueArn, RetryPolicy, DeadLetterConfig: { Arn: deadArn } }));

  await bus.put({ Detail: '{"a":1}' });
  await bus.clock.advance(3_600_000);
  await bus.settled();

  const dead = bus.calls.at(-1)!.input;
  expect(dead['QueueUrl']).toMatch(/\/dead$/);
  expect(JSON.parse(dead['MessageBody'] as string)).toMatchObject({ source: 'signalbox', detail: { a: 1 } });
  expect(dead['MessageAttributes']).toEqual({
    RULE_ARN: { DataType: 'String', StringValue: arn },
    TARGET_ARN: { DataType: 'String', StringValue: queueArn },
    ERROR_CODE: { DataType: 'String', StringValue: 'THROTTLING' },
    ERROR_MESSAGE: { DataType: 'String', StringValue: 'Rate exceeded' },
    EXHAUSTED_RETRY_CONDITION: { DataType: 'String', StringValue: condition },
    RETRY_ATTEMPTS: { DataType: 'String', StringValue: retries },
  });
  expect(bus.calls.filter(({ input }) => (input['QueueUrl'] as string).endsWith('/topics'))).toHaveLength(Number(retries) + 1);
});

test.each([
  ['QueueDoesNotExist', 400, 'NO_RESOURCE'],
  ['AccessDeniedException', 403, 'NO_PERMISSIONS'],
  ['InvalidMessageContents', 400, 'SDK_CLIENT_ERROR'],
])('%s is not tried again', async (code, status, errorCode) => {
  const bus = startBus(({ input }) => {
    if (!(input['QueueUrl'] as string).endsWith('/dead')) throw new AwsError(code, 'no', status);
  });
  bus.events.createRule(rule({ Arn: queueArn, DeadLetterConfig: { Arn: deadArn } }));

  await bus.put({});

  expect(bus.calls).toHaveLength(2);
  expect(bus.calls[1]?.input['MessageAttributes']).toMatchObject({ ERROR_CODE: { StringValue: errorCode } });
  expect(bus.events.waiting()).toBe(0);
});

test('a delivery that the local cloud does not support is not tried again', async () => {
  const lines: string[] = [];
  const bus = startBus(() => {
    throw new UnsupportedError('no such thing here');
  }, lines);
  bus.events.createRule(rule({ Arn: queueArn }));

  await bus.put({});

  expect([bus.calls.length, bus.events.waiting()]).toEqual([1, 0]);
  expect(lines.join()).toContain('no such thing here');
});

test('by default a delivery is tried for a day', async () => {
  const bus = startBus(({ input }) => {
    if (!(input['QueueUrl'] as string).endsWith('/dead')) throttled();
  });
  bus.events.createRule(rule({ Arn: queueArn, DeadLetterConfig: { Arn: deadArn } }));

  await bus.put({});
  await bus.clock.advance(23.5 * 3_600_000);
  expect(bus.events.waiting()).toBe(1);
  await bus.clock.advance(3_600_000);
  await bus.settled();

  expect(bus.events.waiting()).toBe(0);
  expect(bus.calls.at(-1)?.input['QueueUrl']).toMatch(/\/dead$/);
});

test('closing ends what waits for another attempt', async () => {
  const bus = startBus(throttled);
  bus.events.createRule(rule({ Arn: queueArn }));
  await bus.put({});

  bus.events.close();
  await bus.settled();
  await bus.clock.advance(3_600_000);

  expect(bus.calls).toHaveLength(1);
});
