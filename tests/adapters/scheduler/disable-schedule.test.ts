import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { disableSchedule } from '../../../adapters/scheduler/disable-schedule.ts';
import { AwsError } from '../../../local/service.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';

const schedule = {
  Name: 'weekly',
  GroupName: 'default',
  State: 'ENABLED',
  ScheduleExpression: 'rate(7 days)',
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:machine', RoleArn: 'arn:role', Input: '{"trigger":"schedule"}' },
};

const disabling = async (answer: () => Record<string, unknown>) => {
  const scheduler = serviceOf('scheduler', { GetSchedule: answer, UpdateSchedule: () => ({ ScheduleArn: 'arn:schedule' }) });
  const { config } = await startRetrainingCloud([scheduler]);
  await disableSchedule({ client: new SchedulerClient(config), name: 'weekly' })();
  return scheduler.asked.filter(({ action }) => action === 'UpdateSchedule').map(({ input }) => input);
};

test('a schedule is written again with all that it was, but disabled', async () => {
  expect(await disabling(() => schedule)).toEqual([
    { ...schedule, State: 'DISABLED', ClientToken: expect.any(String) as string },
  ]);
});

test('one that is disabled already stays untouched', async () => {
  expect(await disabling(() => ({ ...schedule, State: 'DISABLED' }))).toEqual([]);
});

test('one that is gone needs no disabling', async () => {
  const gone = () => {
    throw new AwsError('ResourceNotFoundException', 'Schedule weekly does not exist.', 404);
  };
  expect(await disabling(gone)).toEqual([]);
});
