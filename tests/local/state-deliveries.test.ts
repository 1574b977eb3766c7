import { describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createEventBridge } from '../../local/events.ts';
import { createScheduler } from '../../local/scheduler/scheduler.ts';
import { createSns } from '../../local/sns.ts';
import { AwsError, type ApiCall, type Dispatch, type Service } from '../../local/service.ts';
import type { DiskState } from '../../local/state/disk-state.ts';
import { acrossRuns, place } from './support/state-folder.ts';

const START_MS = Date.UTC(2026, 2, 2, 8);
const HOUR = 3_600_000;
const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:work';

/** A target that throttles until it is mended, and what reached it. */
const target = (mended: boolean) => {
  const bodies: unknown[] = [];
  const dispatch: Dispatch = ({ input }: ApiCall) => {
    if (!mended) return Promise.reject(new AwsError('ThrottlingException', 'busy', 429));
    bodies.push(input['MessageBody']);
    return Promise.resolve({});
  };
  return { bodies, dispatch };
};

const callOf =
  (service: Service) =>
  (action: string, input: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> =>
    service.call({ caller: { name: 'operator', principal: 'p' }, service: service.name, action, input });

const release = async (state: DiskState): Promise<void> => {
  state.release();
  await state.released;
};

describe('a bus', () => {
  const startBus = (state: DiskState, dispatch: Dispatch, atMs: number) => {
    const clock = startSteppedClock(atMs);
    const events = createEventBridge({ clock, dispatch, state, ...place });
    const rule = (name: string, more: object) =>
      events.createRule({ name, properties: { Targets: [{ Id: 'queue', Arn: queueArn, Input: `"${name}"` }], ...more } });
    return { clock, events, rule };
  };

  test('delivers in a later run what its target would not take, when the next attempt is due', async () => {
    const after = target(true);
    await acrossRuns(
      async (state) => {
        const { clock, events, rule } = startBus(state, target(false).dispatch, START_MS);
        rule('all', { EventPattern: { source: ['shop'] } });
        await callOf(events)('PutEvents', { Entries: [{ Source: 'shop', DetailType: 'sold', Detail: '{}' }] });
        await clock.advance(10_000);
        state.close();
        events.close();
      },
      async (state) => {
        const { clock, events, rule } = startBus(state, after.dispatch, START_MS + 10_000);
        rule('all', { EventPattern: { source: ['shop'] } });
        expect(events.waiting()).toBe(0);
        await release(state);
        expect(events.waiting()).toBe(1);
        await clock.advance(4_000);
        expect(after.bodies).toEqual([]);
        await clock.advance(1_000);
        expect(after.bodies).toEqual(['"all"']);
        await state.written();
        events.close();
      },
    );
  });

  test('fires a schedule where the last run left it, and makes up the last of the times that were missed', async () => {
    const [before, after] = [target(true), target(true)];
    await acrossRuns(
      async (state) => {
        const { clock, events, rule } = startBus(state, before.dispatch, START_MS);
        rule('hourly', { ScheduleExpression: 'rate(1 hour)' });
        await clock.advance(1.5 * HOUR);
        expect(before.bodies).toHaveLength(1);
        state.close();
        events.close();
      },
      async (state) => {
        const { clock, events, rule } = startBus(state, after.dispatch, START_MS + 5.5 * HOUR);
        rule('hourly', { ScheduleExpression: 'rate(1 hour)' });
        await release(state);
        await clock.advance(0);
        expect(after.bodies).toHaveLength(1);
        await clock.advance(0.5 * HOUR);
        expect(after.bodies).toHaveLength(2);
        events.close();
      },
    );
  });
});

test('a topic delivers in a later run', async () => {
  const start = (state: DiskState, dispatch: Dispatch, atMs: number) => {
    const clock = startSteppedClock(atMs);
    const sns = createSns({ clock, dispatch, state, ...place });
    const { arn } = sns.createTopic({ name: 'news', properties: {} });
    sns.createSubscription({ properties: { TopicArn: arn, Protocol: 'sqs', Endpoint: queueArn, RawMessageDelivery: true } });
    return { clock, sns, arn };
  };
  const after = target(true);
  await acrossRuns(
    async (state) => {
      const { clock, sns, arn } = start(state, target(false).dispatch, START_MS);
      await callOf(sns)('Publish', { TopicArn: arn, Message: 'extra' });
      await clock.advance(60_000);
      state.close();
      sns.close();
    },
    async (state) => {
      const { clock, sns } = start(state, after.dispatch, START_MS + 60_000);
      await release(state);
      await clock.advance(20_000);
      expect(after.bodies).toEqual(['extra']);
      sns.close();
    },
  );
});

describe('the scheduler', () => {
  const properties = (ScheduleExpression: string) => ({
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: queueArn, RoleArn: 'arn:aws:iam::000000000000:role/r', Input: '<aws.scheduler.scheduled-time>' },
  });
  const startScheduler = (state: DiskState, dispatch: Dispatch, atMs: number) => {
    const clock = startSteppedClock(atMs);
    const scheduler = createScheduler({ clock, dispatch, state, ...place });
    return { clock, scheduler, call: callOf(scheduler) };
  };

  test('goes on with deployed schedules and those that calls made, each from its last time', async () => {
    const [before, after] = [target(true), target(true)];
    await acrossRuns(
      async (state) => {
        const { clock, scheduler, call } = startScheduler(state, before.dispatch, START_MS);
        scheduler.createSchedule({ name: 'daily', properties: properties('cron(0 9 * * ? *)') });
        await call('CreateSchedule', { Name: 'once', ...properties('at(2026-03-03T10:00:00)') });
        await call('CreateSchedule', { Name: 'dropped', ...properties('rate(1 hour)') });
        await call('DeleteSchedule', { Name: 'dropped' });
        await clock.advance(2 * HOUR);
        expect(before.bodies).toEqual(['2026-03-02T09:00:00Z']);
        state.close();
        scheduler.close();
      },
      async (state) => {
        const { clock, scheduler, call } = startScheduler(state, after.dispatch, START_MS + 2 * HOUR);
        scheduler.createSchedule({ name: 'daily', properties: properties('cron(0 9 * * ? *)') });
        await release(state);
        await clock.advance(30 * HOUR);
        expect(after.bodies).toEqual(['2026-03-03T09:00:00Z', '2026-03-03T10:00:00Z']);
        expect(await call('GetSchedule', { Name: 'daily' })).toMatchObject({ CreationDate: START_MS / 1000 });
        scheduler.close();
      },
    );
  });

  test('leaves alone what a call has made of a deployed schedule, until its template changes', async () => {
    await acrossRuns(
      async (state) => {
        const { scheduler, call } = startScheduler(state, target(true).dispatch, START_MS);
        scheduler.createSchedule({ name: 'daily', properties: properties('rate(1 day)') });
        scheduler.createSchedule({ name: 'weekly', properties: properties('rate(7 days)') });
        for (const Name of ['daily', 'weekly'])
          await call('UpdateSchedule', { Name, ...properties('rate(2 days)'), State: 'DISABLED' });
        await state.written();
        scheduler.close();
      },
      async (state) => {
        const { scheduler, call } = startScheduler(state, target(true).dispatch, START_MS);
        scheduler.createSchedule({ name: 'daily', properties: properties('rate(1 day)') });
        scheduler.createSchedule({ name: 'weekly', properties: properties('rate(14 days)') });
        await release(state);
        expect(await call('GetSchedule', { Name: 'daily' })).toMatchObject({ State: 'DISABLED' });
        expect(await call('GetSchedule', { Name: 'weekly' })).toMatchObject({
          ScheduleExpression: 'rate(14 days)',
          State: 'ENABLED',
        });
        scheduler.close();
      },
    );
  });
});
