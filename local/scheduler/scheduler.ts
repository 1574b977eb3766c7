import { randomUUID } from 'node:crypto';
import type { CancelTimer, Clock } from '../clock.ts';
import { Deliveries, type DeliveryFailure } from '../events/retries.ts';
import { AwsError, UnsupportedError, type Caller, type Dispatch, type Service } from '../service.ts';
import { nextTimeMs } from './expression.ts';
import { checkName, DEFAULT_GROUP, describeSchedule, parseSchedule, summariseSchedule, type Schedule } from './schedule.ts';
import { queueUrl } from './target.ts';

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  readonly log?: (line: string) => void;
}

type Properties = Readonly<Record<string, unknown>>;

export interface Scheduler extends Service {
  createScheduleGroup(options: { readonly name: string }): { readonly arn: string };
  /**
   * Creates a schedule, or replaces the one of that name, from the resolved properties of AWS::Scheduler::Schedule.
   * A flexible time window is treated as its start.
   * @throws UnsupportedError, AwsError ValidationException
   */
  createSchedule(options: { readonly name: string; readonly properties: Properties }): { readonly arn: string };
  /** Invocations under way; those that wait for a retry are not counted. */
  running(): number;
  close(): void;
}

interface Occurrence {
  readonly schedule: Schedule;
  readonly executionId: string;
  readonly scheduledTime: string;
}

interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
}

/** AWS backs off with jitter; here a run must be repeatable. */
const backoffMs = (retry: number): number => Math.min(1000 * 2 ** (retry - 1), 8 * 60_000);

const DEFAULT_PAGE = 100;

export const createScheduler = (options: SchedulerOptions): Scheduler => {
  const { clock, dispatch } = options;
  const arnPrefix = `arn:aws:scheduler:${options.region}:${options.accountId}`;
  const groups = new Map<string, Group>();
  const schedules = new Map<string, Schedule>();
  const timers = new Map<string, CancelTimer>();
  const deliveries = new Deliveries(clock);

  const addGroup = (name: string): Group => {
    const group = { name: checkName(name), arn: `${arnPrefix}:schedule-group/${name}`, createdMs: clock.now() };
    groups.set(name, group);
    return group;
  };
  addGroup(DEFAULT_GROUP);

  const groupOf = (name: unknown): Group => {
    const group = groups.get(textOf(name));
    if (group) return group;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${textOf(name)} does not exist.`, 404);
  };
  const keyOf = (name: unknown, group: unknown): string => `${textOf(group ?? DEFAULT_GROUP)}/${textOf(name)}`;
  const scheduleOf = ({ Name, GroupName }: Properties): Schedule => {
    const schedule = schedules.get(keyOf(Name, GroupName));
    if (schedule) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${textOf(Name)} does not exist.`, 404);
  };

  const remove = (schedule: Schedule): void => {
    const key = keyOf(schedule.name, schedule.group);
    timers.get(key)?.();
    timers.delete(key);
    schedules.delete(key);
  };

  const put = (schedule: Schedule): Schedule => {
    groupOf(schedule.group);
    remove(schedule);
    schedules.set(keyOf(schedule.name, schedule.group), schedule);
    arm(schedule, clock.now());
    return schedule;
  };

  const arm = (schedule: Schedule, fromMs: number): void => {
    if (!schedule.enabled) return;
    const key = keyOf(schedule.name, schedule.group);
    const next = nextTimeMs(schedule.expression, fromMs, schedule);
    if (next === undefined) {
      if (schedule.deleteAfterCompletion) remove(schedule);
      return;
    }
    const fire = (): void => {
      invoke(schedule, next);
      // Counted on from the scheduled time, so that a clock that jumps loses no occurrence.
      arm(schedule, next + 1);
    };
    timers.set(key, clock.setTimer(next - clock.now(), fire));
  };

  const invoke = (schedule: Schedule, scheduledMs: number): void => {
    const scheduledTime = new Date(scheduledMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
    const occurrence: Occurrence = { schedule, executionId: randomUUID(), scheduledTime };
    const { target } = schedule;
    let attempts = 0;
    const attempt = async (): Promise<unknown> =>
      await dispatch({ ...target.callFor(payloadOf(occurrence, ++attempts)), caller: callerFor(schedule) });
    const policy = { maxAttempts: target.maxAttempts, maxAgeSeconds: target.maxAgeSeconds, backoffMs };
    deliveries.start(attempt, policy, (failure) => giveUp(occurrence, failure));
  };

  /** Roles are taken on for the schedule's group: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
  const callerFor = (schedule: Schedule): Caller => ({ ...schedule.target.caller, sourceArn: groupOf(schedule.group).arn });

  const payloadOf = ({ schedule, executionId, scheduledTime }: Occurrence, attempt: number): string => {
    const text = schedule.target.input ?? defaultInput(schedule, executionId, scheduledTime);
    return text
      .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
      .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
      .replaceAll('<aws.scheduler.execution-id>', executionId)
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
  };

  const defaultInput = (schedule: Schedule, id: string, time: string): string =>
    JSON.stringify({
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: options.accountId,
      time,
      region: options.region,
      resources: [schedule.arn],
      detail: '{}',
    });

  const giveUp = async (occurrence: Occurrence, { error, retries, exhausted }: DeliveryFailure): Promise<void> => {
    const { schedule, executionId, scheduledTime } = occurrence;
    const message = error instanceof Error ? error.message : String(error);
    options.log?.(`schedule ${schedule.name} could not call ${schedule.target.arn}: ${message}`);
    if (schedule.target.deadLetterArn === undefined) return;
    const attributes: Readonly<Record<string, string | undefined>> = {
      ERROR_CODE: error instanceof AwsError ? error.code : 'InternalError',
      ERROR_MESSAGE: message,
      EXECUTION_ID: executionId,
      EXHAUSTED_RETRY_CONDITION: exhausted,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: scheduledTime,
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: schedule.target.arn,
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).flatMap(([name, StringValue]) =>
        StringValue ? [[name, { DataType: 'String', StringValue }] as const] : [],
      ),
    );
    const input = {
      QueueUrl: queueUrl(schedule.target.deadLetterArn),
      MessageBody: payloadOf(occurrence, retries + 1),
      MessageAttributes,
    };
    try {
      await dispatch({ caller: callerFor(schedule), service: 'sqs', action: 'SendMessage', input });
    } catch (sendError) {
      options.log?.(`schedule ${schedule.name}: its dead-letter queue did not take the event either: ${String(sendError)}`);
    }
  };

  const create = (name: string, properties: Properties, createdMs = clock.now()): Schedule =>
    put(parseSchedule(name, properties, { arnPrefix, createdMs, modifiedMs: clock.now() }));

  const actions: Readonly<Record<string, (input: Properties) => Record<string, unknown>>> = {
    CreateSchedule: (input) => {
      if (schedules.has(keyOf(input['Name'], input['GroupName']))) {
        throw new AwsError('ConflictException', `Schedule ${textOf(input['Name'])} already exists.`, 409);
      }
      return { ScheduleArn: create(textOf(input['Name']), input).arn };
    },
    UpdateSchedule: (input) => ({ ScheduleArn: create(textOf(input['Name']), input, scheduleOf(input).createdMs).arn }),
    GetSchedule: (input) => describeSchedule(scheduleOf(input)),
    DeleteSchedule: (input) => {
      remove(scheduleOf(input));
      return {};
    },
    ListSchedules: (input) => {
      const { GroupName, NamePrefix = '', State } = input;
      const found = [...schedules.values()].filter(
        ({ name, group, enabled }) =>
          (GroupName === undefined || group === GroupName) &&
          name.startsWith(textOf(NamePrefix)) &&
          (State === undefined || (State === 'ENABLED') === enabled),
      );
      return page('Schedules', found.map(summariseSchedule), input);
    },
    CreateScheduleGroup: ({ Name }) => {
      if (groups.has(textOf(Name)))
        throw new AwsError('ConflictException', `Schedule group ${textOf(Name)} already exists.`, 409);
      return { ScheduleGroupArn: addGroup(textOf(Name)).arn };
    },
    GetScheduleGroup: ({ Name }) => describeGroup(groupOf(Name)),
    ListScheduleGroups: (input) => page('ScheduleGroups', [...groups.values()].map(describeGroup), input),
    DeleteScheduleGroup: ({ Name }) => {
      const { name } = groupOf(Name);
      if (name === DEFAULT_GROUP) throw new AwsError('ValidationException', 'The default schedule group cannot be deleted.');
      for (const schedule of schedules.values()) if (schedule.group === name) remove(schedule);
      groups.delete(name);
      return {};
    },
  };

  return {
    name: 'scheduler',
    actions: new Set(Object.keys(actions)),
    call: async ({ action, input }) => {
      const answer = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (!answer) throw new UnsupportedError(`EventBridge Scheduler: the action ${action} is not supported`);
      return await Promise.resolve(answer(input));
    },
    createScheduleGroup: ({ name }) => ({ arn: (groups.get(name) ?? addGroup(name)).arn }),
    createSchedule: ({ name, properties }) => ({ arn: create(name, properties).arn }),
    running: () => deliveries.attempting,
    close: () => {
      for (const cancel of timers.values()) cancel();
      timers.clear();
      deliveries.close();
    },
  };
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

const describeGroup = ({ name, arn, createdMs }: Group): Record<string, unknown> => ({
  Name: name,
  Arn: arn,
  State: 'ACTIVE',
  CreationDate: createdMs / 1000,
  LastModificationDate: createdMs / 1000,
});

const page = (member: string, items: readonly unknown[], { MaxResults, NextToken }: Properties): Record<string, unknown> => {
  const from = Number(NextToken ?? 0);
  const to = from + (Number(MaxResults) || DEFAULT_PAGE);
  return { [member]: items.slice(from, to), ...(to < items.length ? { NextToken: String(to) } : {}) };
};
