import { expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createEventBridge } from '../../local/events.ts';
import type { ApiCall } from '../../local/service.ts';

const HOUR = 3_600_000;
const queue = 'arn:aws:sqs:eu-central-1:000000000000:nightly';

const startRules = () => {
  const clock = startSteppedClock(Date.parse('2026-03-02T08:00:00Z'));
  const calls: { readonly call: ApiCall; readonly at: string }[] = [];
  const bridge = createEventBridge({
    clock,
    region: 'eu-central-1',
    accountId: '000000000000',
    dispatch: (call) => {
      calls.push({ call, at: new Date(clock.now()).toISOString() });
      return Promise.resolve({});
    },
  });
  bridge.createBus({ name: 'own', properties: {} });
  const rule = (properties: Readonly<Record<string, unknown>>): string =>
    bridge.createRule({ name: 'nightly', properties: { Targets: [{ Id: 'q', Arn: queue }], ...properties } }).arn;
  return { clock, bridge, rule, calls, times: () => calls.map(({ at }) => at) };
};

test('a rule with a rate fires when it has passed once, and then at its interval', async () => {
  const { clock, rule, times } = startRules();
  rule({ ScheduleExpression: 'rate(12 hours)' });
  await clock.advance(25 * HOUR);
  expect(times()).toEqual(['2026-03-02T20:00:00.000Z', '2026-03-03T08:00:00.000Z']);
});

test('a rule with a cron expression fires in UTC, as a scheduled event of EventBridge’s own', async () => {
  const { clock, rule, calls, times } = startRules();
  const arn = rule({ ScheduleExpression: 'cron(0 2 * * ? *)' });
  await clock.advance(24 * HOUR);
  expect(times()).toEqual(['2026-03-03T02:00:00.000Z']);
  expect(calls[0]?.call).toMatchObject({ service: 'sqs', action: 'SendMessage', caller: { sourceArn: arn } });
  expect(JSON.parse(String(calls[0]?.call.input['MessageBody']))).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: '2026-03-03T02:00:00Z',
    resources: [arn],
    detail: {},
  });
});

test('a rule may have a schedule and a pattern', async () => {
  const { clock, bridge, rule, calls } = startRules();
  rule({ ScheduleExpression: 'rate(1 hour)', EventPattern: { source: ['shop'] } });
  const caller = { name: 'operator', principal: 'p' };
  const input = { Entries: [{ Source: 'shop', DetailType: 'sold', Detail: '{}' }] };
  await bridge.call({ caller, service: 'events', action: 'PutEvents', input });
  await clock.advance(HOUR);
  const sources = calls.map(({ call }) => (JSON.parse(String(call.input['MessageBody'])) as { source: string }).source);
  expect(sources).toEqual(['shop', 'aws.events']);
});

test('nothing fires of a disabled rule, or after close', async () => {
  const disabled = startRules();
  disabled.rule({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });
  await disabled.clock.advance(5 * HOUR);
  expect(disabled.times()).toEqual([]);

  const closed = startRules();
  closed.rule({ ScheduleExpression: 'rate(1 hour)' });
  closed.bridge.close();
  await closed.clock.advance(5 * HOUR);
  expect(closed.times()).toEqual([]);
});

test.each([
  ['on a bus of one’s own', { ScheduleExpression: 'rate(1 hour)', EventBusName: 'own' }, 'default event bus'],
  ['at one time', { ScheduleExpression: 'at(2026-05-01T00:00:00)' }, 'rate or cron'],
  ['that cannot be read', { ScheduleExpression: 'hourly' }, 'none of rate'],
  ['which is missing, as the pattern is', {}, 'neither an EventPattern nor a ScheduleExpression'],
])('a schedule %s is refused', (_what, properties, message) => {
  const { rule } = startRules();
  expect(() => rule(properties)).toThrow(message);
});
