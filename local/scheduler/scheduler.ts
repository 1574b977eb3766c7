import { randomUUID } from 'node:crypto';
import type { CancelTimer, Clock } from '../clock.ts';
import { refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError, type Dispatch, type Service } from '../service.ts';
import { forgetful, type State } from '../state/state.ts';
import { nextTimeMs, resumeTimeMs } from './expression.ts';
import { createOccurrences, type KeptSchedule } from './occurrences.ts';
import { checkName, DEFAULT_GROUP, describeSchedule, parseSchedule, summariseSchedule, type Schedule } from './schedule.ts';
import { schedulerLimits } from './limits.ts';

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  readonly log?: (line: string) => void;
  /** @default nothing outlives the run */
  readonly state?: State;
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

/** A schedule, and how far it has come. */
interface ScheduleProgress extends KeptSchedule {
  readonly doneMs: number;
  /** As the template had it; absent where an API call made the schedule. */
  readonly deployed?: Properties;
}

interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
}

const DEFAULT_PAGE = 100;

export const createScheduler = (options: SchedulerOptions): Scheduler => {
  const { clock, state = forgetful } = options;
  const arnPrefix = `arn:aws:scheduler:${options.region}:${options.accountId}`;
  const groups = new Map<string, Group>();
  const schedules = new Map<string, Schedule>();
  const timers = new Map<string, CancelTimer>();
  const deployed = new Map<string, Properties>();
  const keptGroups = state.section<Group>('scheduler/groups');
  const kept = state.section<ScheduleProgress>('scheduler/schedules');
  const earlier = new Map(kept.restored());

  const groupArn = (name: string): string => `${arnPrefix}:schedule-group/${name}`;
  const addGroup = (name: string): Group => {
    refuseBeyond(schedulerLimits.groups, groups.size + 1, 'The quota of schedule groups is exceeded.');
    const group = { name: checkName(name), arn: groupArn(name), createdMs: clock.now() };
    groups.set(name, group);
    keptGroups.put(name, group);
    return group;
  };
  for (const [name, group] of keptGroups.restored()) groups.set(name, group);
  if (!groups.has(DEFAULT_GROUP)) addGroup(DEFAULT_GROUP);

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
    deployed.delete(key);
    kept.remove(key);
  };

  const put = (schedule: Schedule, template: Properties | undefined): Schedule => {
    groupOf(schedule.group);
    remove(schedule);
    hold(schedule, template);
    arm(schedule, clock.now());
    return schedule;
  };

  const hold = (schedule: Schedule, template: Properties | undefined): void => {
    const key = keyOf(schedule.name, schedule.group);
    schedules.set(key, schedule);
    if (template) deployed.set(key, template);
  };

  /** Takes up a schedule of an earlier run; it goes on once its target is there. */
  const takeUp = (progress: ScheduleProgress): Schedule => {
    const schedule = parse(progress);
    hold(schedule, progress.deployed);
    const goOn = (): void => {
      // An API call may have replaced it meanwhile.
      if (schedules.get(keyOf(schedule.name, schedule.group)) !== schedule) return;
      arm(schedule, resumeTimeMs(schedule.expression, progress.doneMs, clock.now(), schedule));
    };
    void state.released.then(goOn);
    return schedule;
  };

  const parse = ({ name, properties, createdMs, modifiedMs }: KeptSchedule): Schedule =>
    parseSchedule(name, properties, { arnPrefix, createdMs, modifiedMs });

  const arm = (schedule: Schedule, fromMs: number): void => {
    const key = keyOf(schedule.name, schedule.group);
    const { name, properties, createdMs, modifiedMs } = schedule;
    const template = deployed.get(key);
    kept.put(key, { name, properties, createdMs, modifiedMs, doneMs: fromMs - 1, ...(template && { deployed: template }) });
    if (!schedule.enabled) return;
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
    const { name, properties, createdMs, modifiedMs } = schedule;
    deliveries.start({ name, properties, createdMs, modifiedMs, executionId: randomUUID(), scheduledTime });
  };

  const deliveries = createOccurrences({ ...options, state, log: options.log, parse, groupArn });

  const create = (name: string, properties: Properties, createdMs = clock.now(), template?: Properties): Schedule =>
    put(parse({ name, properties, createdMs, modifiedMs: clock.now() }), template);

  /** As CloudFormation does: a schedule of an earlier run is left as it is, unless its template has changed. */
  const deploy = (name: string, properties: Properties): Schedule => {
    const before = earlier.get(keyOf(name, properties['GroupName']));
    if (JSON.stringify(before?.deployed) === JSON.stringify(properties) && before) return takeUp(before);
    return create(name, properties, before?.createdMs, properties);
  };

  for (const progress of earlier.values()) if (!progress.deployed) takeUp(progress);

  const actions: Readonly<Record<string, (input: Properties) => Record<string, unknown>>> = {
    CreateSchedule: (input) => {
      if (schedules.has(keyOf(input['Name'], input['GroupName']))) {
        throw new AwsError('ConflictException', `Schedule ${textOf(input['Name'])} already exists.`, 409);
      }
      return { ScheduleArn: create(textOf(input['Name']), input).arn };
    },
    UpdateSchedule: (input) => {
      const { name, group, createdMs } = scheduleOf(input);
      return { ScheduleArn: create(name, input, createdMs, deployed.get(keyOf(name, group))).arn };
    },
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
      keptGroups.remove(name);
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
    createSchedule: ({ name, properties }) => ({ arn: deploy(name, properties).arn }),
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
