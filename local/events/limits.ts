import type { Limits } from '../limit.ts';

const quota = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const api = (action: string): string => `https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_${action}.html`;

export const eventsLimits = {
  request: {
    of: 'all entries of PutEvents',
    unit: 'bytes',
    most: 1_048_576,
    beyond: { error: 'ValidationException' },
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html',
  },
  entries: {
    of: 'entries of PutEvents',
    unit: 'entries',
    least: 1,
    most: 10,
    beyond: { error: 'ValidationException' },
    source: api('PutEvents'),
  },
  busName: {
    of: 'the name of a bus',
    unit: 'characters',
    least: 1,
    most: 256,
    beyond: { error: 'ValidationException' },
    source: api('CreateEventBus'),
  },
  ruleName: {
    of: 'the name of a rule',
    unit: 'characters',
    least: 1,
    most: 64,
    beyond: { error: 'ValidationException' },
    source: api('PutRule'),
  },
  pattern: { of: 'an event pattern', unit: 'characters', most: 2048, beyond: { error: 'LimitExceededException' }, source: quota },
  scheduleExpression: {
    of: 'the ScheduleExpression of a rule',
    unit: 'characters',
    most: 256,
    beyond: { error: 'ValidationException' },
    source: api('PutRule'),
  },
  targets: { of: 'targets of a rule', unit: 'targets', most: 5, beyond: { error: 'LimitExceededException' }, source: quota },
  targetId: {
    of: 'the id of a target',
    unit: 'characters',

    most: 64,
    beyond: { error: 'ValidationException' },
    source: api('Target'),
  },
  targetInput: {
    of: 'the Input of a target',
    unit: 'characters',
    most: 8192,
    beyond: { error: 'ValidationException' },
    source: api('Target'),
  },
  retryAttempts: {
    of: 'retries of a delivery',
    unit: 'retries',
    least: 0,
    most: 185,
    beyond: { error: 'ValidationException' },
    source: api('RetryPolicy'),
  },
  eventAge: {
    of: 'the age up to which a delivery is tried',
    unit: 'seconds',
    least: 60,
    most: 86_400,
    beyond: { error: 'ValidationException' },
    source: api('RetryPolicy'),
  },
} as const satisfies Limits;
