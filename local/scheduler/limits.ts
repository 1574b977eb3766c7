import type { Limits } from '../limit.ts';

const api = (action: string): string => `https://docs.aws.amazon.com/scheduler/latest/APIReference/API_${action}.html`;
const quotas = 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html';
const refused = { error: 'ValidationException' } as const;

export const schedulerLimits = {
  name: {
    of: 'the name of a schedule or a group',
    unit: 'characters',
    least: 1,
    most: 64,
    beyond: refused,
    source: api('CreateSchedule'),
  },
  expression: {
    of: 'a ScheduleExpression',
    unit: 'characters',

    most: 256,
    beyond: refused,
    source: api('CreateSchedule'),
  },
  description: {
    of: 'the description of a schedule',
    unit: 'characters',
    most: 512,
    beyond: refused,
    source: api('CreateSchedule'),
  },
  input: { of: 'the Input of a target', unit: 'bytes', most: 262_144, beyond: refused, source: quotas },
  window: {
    of: 'a flexible time window',
    unit: 'minutes',
    least: 1,
    most: 1440,
    beyond: refused,
    source: api('FlexibleTimeWindow'),
  },
  retryAttempts: {
    of: 'retries of an invocation',
    unit: 'retries',
    least: 0,
    most: 185,
    beyond: refused,
    source: api('RetryPolicy'),
  },
  eventAge: {
    of: 'the age up to which an invocation is tried',
    unit: 'seconds',
    least: 60,
    most: 86_400,
    beyond: refused,
    source: api('RetryPolicy'),
  },
  groups: {
    of: 'schedule groups',
    unit: 'groups',
    most: 500,
    beyond: { error: 'ServiceQuotaExceededException' },
    source: quotas,
  },
} as const satisfies Limits;
