import { describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import { createScheduler } from '../../local/scheduler/scheduler.ts';
import { AwsError, type ApiCall } from '../../local/service.ts';

const START = '2026-03-02T08:00:00Z';
const roleArn = 'arn:aws:iam::000000000000:role/schedule';
const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:retrain';
const queue = 'arn:aws:sqs:eu-central-1:000000000000:dead';
const HOUR = 3_600_000;

interface Call extends ApiCall {
  readonly at: string;
}

const startScheduler = (answer: (call: ApiCall) => Record<string, unknown> = () => ({})) => {
  const clock = startSteppedClock(Date.parse(START));
  const calls: Call[] = [];
  const scheduler = createScheduler({
    clock,
    region: 'eu-central-1',
    accountId: '000000000000',
    dispatch: async (call) => {
      calls.push({ ...call, at: new Date(clock.now()).toISOString() });
      return await Promise.resolve(answer(call));
    },
  });
  const create = (ScheduleExpression: string, more: object = {}, target: object = {}): string =>
    scheduler.createSchedule({
      name: 'nightly',
      properties: {
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: machine, RoleArn: roleArn, Input: '{}', ...target },
        ...more,
      },
    }).arn;
  const api = (action: string, input: object): Promise<Record<string, unknown>> =>
    scheduler.call({ caller: { name: 'operator', principal: 'p' }, service: 'scheduler', action, input: { ...input } });
  return { clock, calls, scheduler, create, api, times: () => calls.map(({ at }) => at) };
};

describe('when a schedule fires', () => {
  test('a rate fires at once and then at its interval', async () => {
    const { clock, create, times } = startScheduler();
    create('rate(12 hours)');
    await clock.advance(25 * HOUR);
    expect(times()).toEqual(['2026-03-02T08:00:00.000Z', '2026-03-02T20:00:00.000Z', '2026-03-03T08:00:00.000Z']);
  });

  test('a rate with a start date counts from there, and ends with its end date', async () => {
    const { clock, create, times } = startScheduler();
    create('rate(1 day)', { StartDate: '2026-03-02T09:30:00Z', EndDate: '2026-03-04T00:00:00Z' });
    await clock.advance(100 * HOUR);
    expect(times()).toEqual(['2026-03-02T09:30:00.000Z', '2026-03-03T09:30:00.000Z']);
  });

  test.each([
    ['cron(0 2 * * ? *)', 'UTC', ['2026-03-03T02:00:00.000Z', '2026-03-04T02:00:00.000Z']],
    ['cron(0 2 * * ? *)', 'Europe/Berlin', ['2026-03-03T01:00:00.000Z', '2026-03-04T01:00:00.000Z']],
    ['cron(0/20 9 * * ? *)', 'UTC', ['2026-03-02T09:00:00.000Z', '2026-03-02T09:20:00.000Z']],
    ['cron(50/5 9 * * ? *)', 'UTC', ['2026-03-02T09:50:00.000Z', '2026-03-02T09:55:00.000Z']],
    ['cron(0 6 ? * MON *)', 'UTC', ['2026-03-09T06:00:00.000Z', '2026-03-16T06:00:00.000Z']],
    ['cron(0 6 ? * 2 *)', 'UTC', ['2026-03-09T06:00:00.000Z', '2026-03-16T06:00:00.000Z']],
    ['cron(0 6 ? * 6L *)', 'UTC', ['2026-03-27T06:00:00.000Z', '2026-04-24T06:00:00.000Z']],
    ['cron(0 6 ? * 3#2 *)', 'UTC', ['2026-03-10T06:00:00.000Z', '2026-04-14T06:00:00.000Z']],
    ['cron(0 6 L * ? *)', 'UTC', ['2026-03-31T06:00:00.000Z', '2026-04-30T06:00:00.000Z']],
    ['cron(0 0 1 1 ? 2027)', 'UTC', ['2027-01-01T00:00:00.000Z']],
  ])('%s in %s', async (expression, ScheduleExpressionTimezone, expected) => {
    const { clock, create, times } = startScheduler();
    create(expression, { ScheduleExpressionTimezone });
    await clock.advance(24 * 400 * HOUR);
    expect(times().slice(0, 2)).toEqual(expected);
  });

  test('a daily hour stays the local hour when the clocks change', async () => {
    const { clock, create, times } = startScheduler();
    create('cron(0 8 * * ? *)', { ScheduleExpressionTimezone: 'Europe/Berlin', StartDate: '2026-03-28T00:00:00Z' });
    await clock.advance(24 * 28 * HOUR);
    expect(times().slice(0, 2)).toEqual(['2026-03-28T07:00:00.000Z', '2026-03-29T06:00:00.000Z']);
  });

  test('at fires once, at the local time, and can delete itself', async () => {
    const { clock, create, times, api } = startScheduler();
    create('at(2026-03-05T10:00:00)', { ScheduleExpressionTimezone: 'America/New_York', ActionAfterCompletion: 'DELETE' });
    await clock.advance(24 * 30 * HOUR);
    expect(times()).toEqual(['2026-03-05T15:00:00.000Z']);
    await expect(api('GetSchedule', { Name: 'nightly' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });

  test('a disabled schedule does not fire', async () => {
    const { clock, create, calls } = startScheduler();
    create('rate(1 minute)', { State: 'DISABLED' });
    await clock.advance(HOUR);
    expect(calls).toEqual([]);
  });

  test.each([
    ['every day', {}],
    ['rate(0 days)', {}],
    ['cron(0 2 * * * *)', {}],
    ['cron(0 2 * *)', {}],
    ['cron(99 2 * * ? *)', {}],
    ['rate(1 day)', { ScheduleExpressionTimezone: 'Mars/Base' }],
  ])('%s with %j is refused', (expression, more) => {
    expect(() => startScheduler().create(expression, more)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});

describe('what a schedule calls', () => {
  const callOf = async (target: object): Promise<Call | undefined> => {
    const { clock, create, calls } = startScheduler();
    create('at(2026-03-02T09:00:00)', {}, target);
    await clock.advance(2 * HOUR);
    expect(calls.length).toBeLessThanOrEqual(1);
    return calls[0];
  };
  const caller = { name: 'scheduler.amazonaws.com', principal: roleArn };

  test('a state machine, as its role', async () => {
    const Input =
      '{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>","by":"<aws.scheduler.schedule-arn>"}';
    expect(await callOf({ Input })).toMatchObject({
      caller,
      service: 'states',
      action: 'StartExecution',
      input: {
        stateMachineArn: machine,
        input:
          '{"at":"2026-03-02T09:00:00Z","try":"1","by":"arn:aws:scheduler:eu-central-1:000000000000:schedule/default/nightly"}',
      },
    });
  });

  test('a function, without waiting for it', async () => {
    const Arn = 'arn:aws:lambda:eu-central-1:000000000000:function:f';
    expect(await callOf({ Arn, Input: '{"a":1}' })).toMatchObject({
      service: 'lambda',
      action: 'Invoke',
      input: { FunctionName: Arn, InvocationType: 'Event', Payload: Buffer.from('{"a":1}') },
    });
  });

  test('a queue', async () => {
    expect(await callOf({ Arn: queue, Input: 'hi' })).toMatchObject({
      service: 'sqs',
      action: 'SendMessage',
      input: { QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/000000000000/dead', MessageBody: 'hi' },
    });
  });

  test('a bus', async () => {
    const Arn = 'arn:aws:events:eu-central-1:000000000000:event-bus/b';
    expect(await callOf({ Arn, Input: '{}', EventBridgeParameters: { Source: 's', DetailType: 'd' } })).toMatchObject({
      action: 'PutEvents',
      input: { Entries: [{ EventBusName: Arn, Source: 's', DetailType: 'd', Detail: '{}' }] },
    });
  });

  test('any action of the SDK', async () => {
    const Input = JSON.stringify({ StateMachineArn: machine, Input: '{"a":1}' });
    expect(await callOf({ Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', Input })).toMatchObject({
      service: 'states',
      action: 'StartExecution',
      input: { stateMachineArn: machine, input: '{"a":1}' },
    });
  });

  test.each([
    ['arn:aws:scheduler:::aws-sdk:sqs:receiveMessage', 'only reads'],
    ['arn:aws:scheduler:::aws-sdk:braket:createJob', 'not run here'],
    ['arn:aws:ecs:eu-central-1:000000000000:cluster/c', 'not run here'],
  ])('%s is refused', (Arn, why) => {
    expect(() => startScheduler().create('rate(1 day)', {}, { Arn })).toThrow(why);
  });

  test('a property that is not known is refused by name', () => {
    expect(() => startScheduler().create('rate(1 day)', { Colour: 'red' })).toThrow('Colour');
  });
});

describe('a target that does not answer', () => {
  test('is tried again with the number of the attempt, then the dead-letter queue gets the event', async () => {
    const { clock, create, calls } = startScheduler(({ service }) => {
      if (service === 'states') throw new AwsError('InternalError', 'down', 500);
      return {};
    });
    const target = {
      Input: 'try <aws.scheduler.attempt-number>',
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
      DeadLetterConfig: { Arn: queue },
    };
    create('at(2026-03-02T09:00:00)', {}, target);
    await clock.advance(2 * HOUR);
    expect(calls.map(({ input }) => input['input'] ?? input['MessageBody'])).toEqual(['try 1', 'try 2', 'try 3', 'try 3']);
    expect(calls[3]?.input['MessageAttributes']).toMatchObject({
      ERROR_CODE: { DataType: 'String', StringValue: 'InternalError' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '2' },
      SCHEDULED_TIME: { StringValue: '2026-03-02T09:00:00Z' },
      TARGET_ARN: { StringValue: machine },
    });
  });

  test('that refuses is not tried again', async () => {
    const { clock, create, calls } = startScheduler(() => {
      throw new AwsError('StateMachineDoesNotExist', 'gone', 400);
    });
    create('at(2026-03-02T09:00:00)');
    await clock.advance(2 * HOUR);
    expect(calls).toHaveLength(1);
  });
});

describe('the API of the scheduler', () => {
  const members = {
    Name: 'hourly',
    ScheduleExpression: 'cron(0 * * * ? *)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    Target: { Arn: machine, RoleArn: roleArn },
  };

  test('creates, shows, lists, updates and deletes a schedule', async () => {
    const { api, clock, calls } = startScheduler();
    const arn = 'arn:aws:scheduler:eu-central-1:000000000000:schedule/default/hourly';
    expect(await api('CreateSchedule', members)).toEqual({ ScheduleArn: arn });
    await expect(api('CreateSchedule', members)).rejects.toMatchObject({ code: 'ConflictException', status: 409 });
    expect(await api('GetSchedule', { Name: 'hourly' })).toMatchObject({
      Arn: arn,
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 * * * ? *)',
      CreationDate: Date.parse(START) / 1000,
      Target: { RoleArn: roleArn },
    });
    expect((await api('ListSchedules', { NamePrefix: 'h' }))['Schedules']).toMatchObject([
      { Name: 'hourly', Target: { Arn: machine } },
    ]);
    await api('UpdateSchedule', { ...members, State: 'DISABLED' });
    await clock.advance(3 * HOUR);
    expect(calls).toEqual([]);
    await api('DeleteSchedule', { Name: 'hourly' });
    expect((await api('ListSchedules', {}))['Schedules']).toEqual([]);
  });

  test('a schedule needs its group, and goes with it', async () => {
    const { api, clock, calls } = startScheduler();
    await expect(api('CreateSchedule', { ...members, GroupName: 'g' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await api('CreateScheduleGroup', { Name: 'g' });
    await api('CreateSchedule', { ...members, GroupName: 'g' });
    await api('DeleteScheduleGroup', { Name: 'g' });
    await clock.advance(3 * HOUR);
    expect(calls).toEqual([]);
  });

  test('nothing fires after close', async () => {
    const { scheduler, create, clock, calls } = startScheduler();
    create('rate(1 minute)');
    scheduler.close();
    await clock.advance(HOUR);
    expect(calls).toEqual([]);
  });
});
