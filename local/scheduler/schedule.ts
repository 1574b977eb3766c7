import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import { refuseUnknownProperties } from '../known-properties.ts';
import { isWithin, refuseBeyond } from '../limit.ts';
import { AwsError } from '../service.ts';
import { schedulerLimits } from './limits.ts';
import { parseExpression, type ScheduleExpression } from './expression.ts';
import { parseTarget, type Target } from './target.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A schedule as it was asked for, and what was read out of it. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly properties: Properties;
  readonly expression: ScheduleExpression;
  readonly target: Target;
  readonly enabled: boolean;
  readonly deleteAfterCompletion: boolean;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export const scheduleProperties: PropertySupport = {
  actedOn: [
    'ActionAfterCompletion',
    'EndDate',
    'GroupName',
    'Name',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartDate',
    'State',
    'Target',
  ],
  inert: {
    ClientToken: 'a schedule is made once',
    Description: 'a description',
    FlexibleTimeWindow: 'a window is taken as its start',
    KmsKeyArn: 'nothing is encrypted at rest: everything is in memory',
  },
};

export const DEFAULT_GROUP = 'default';

const NAME = /^[0-9a-zA-Z-_.]+$/;

export const invalid = (why: string): AwsError => new AwsError('ValidationException', why);

export const checkName = (name: string): string => {
  if (NAME.test(name) && isWithin(schedulerLimits.name, name.length)) return name;
  throw invalid(`The name '${name}' does not match ^[0-9a-zA-Z-_.]{1,${schedulerLimits.name.most}}$.`);
};

/**
 * Reads a schedule: the resolved properties of AWS::Scheduler::Schedule, or the members of CreateSchedule.
 * @throws UnsupportedError for a property or a target that is not run here
 * @throws AwsError ValidationException
 */
export const parseSchedule = (
  name: string,
  properties: Properties,
  where: { readonly arnPrefix: string; readonly createdMs: number; readonly modifiedMs: number },
): Schedule => {
  refuseUnknownProperties('AWS::Scheduler::Schedule', name, properties, knownProperties(scheduleProperties));
  const { ScheduleExpression, ScheduleExpressionTimezone = 'UTC', GroupName = DEFAULT_GROUP } = properties;
  const { State = 'ENABLED', ActionAfterCompletion = 'NONE', FlexibleTimeWindow } = properties;
  if (typeof ScheduleExpression !== 'string') throw invalid('ScheduleExpression is missing.');
  if (typeof ScheduleExpressionTimezone !== 'string' || typeof GroupName !== 'string') throw invalid('A member is not a text.');
  if (State !== 'ENABLED' && State !== 'DISABLED') throw invalid('State is neither ENABLED nor DISABLED.');
  if (ActionAfterCompletion !== 'NONE' && ActionAfterCompletion !== 'DELETE')
    throw invalid('ActionAfterCompletion is neither NONE nor DELETE.');
  const mode = (FlexibleTimeWindow as { Mode?: unknown } | undefined)?.Mode;
  if (mode !== 'OFF' && mode !== 'FLEXIBLE') throw invalid('FlexibleTimeWindow needs a Mode, OFF or FLEXIBLE.');
  const { Description, FlexibleTimeWindow: window } = properties;
  refuseBeyond(schedulerLimits.expression, ScheduleExpression.length, `The ScheduleExpression of ${name} is too long.`);
  if (typeof Description === 'string')
    refuseBeyond(schedulerLimits.description, Description.length, `The Description of ${name} is too long.`);
  const minutes = Number((window as { MaximumWindowInMinutes?: unknown }).MaximumWindowInMinutes);
  if (mode === 'FLEXIBLE') refuseBeyond(schedulerLimits.window, minutes, `MaximumWindowInMinutes of ${name} is ${minutes}.`);
  const startMs = timeOf(properties['StartDate'], 'StartDate');
  const endMs = timeOf(properties['EndDate'], 'EndDate');
  return {
    name: checkName(name),
    group: GroupName,
    arn: `${where.arnPrefix}:schedule/${GroupName}/${name}`,
    properties,
    expression: parseExpression(ScheduleExpression, ScheduleExpressionTimezone),
    target: parseTarget(name, properties['Target']),
    enabled: State === 'ENABLED',
    deleteAfterCompletion: ActionAfterCompletion === 'DELETE',
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
    createdMs: where.createdMs,
    modifiedMs: where.modifiedMs,
  };
};

/** Templates give ISO 8601 text, the API seconds since the epoch. */
const timeOf = (value: unknown, member: string): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const ms =
    value instanceof Date
      ? value.getTime()
      : typeof value === 'number'
        ? value * 1000
        : Date.parse(JSON.stringify(value).slice(1, -1));
  if (Number.isNaN(ms)) throw invalid(`${member} is not a time.`);
  return ms;
};

export const describeSchedule = (schedule: Schedule): Record<string, unknown> => {
  const properties = Object.fromEntries(Object.entries(schedule.properties).filter(([member]) => member !== 'ClientToken'));
  return {
    ActionAfterCompletion: 'NONE',
    ScheduleExpressionTimezone: 'UTC',
    State: 'ENABLED',
    ...properties,
    ...(schedule.startMs === undefined ? {} : { StartDate: schedule.startMs / 1000 }),
    ...(schedule.endMs === undefined ? {} : { EndDate: schedule.endMs / 1000 }),
    Arn: schedule.arn,
    GroupName: schedule.group,
    Name: schedule.name,
    CreationDate: schedule.createdMs / 1000,
    LastModificationDate: schedule.modifiedMs / 1000,
  };
};

export const summariseSchedule = (schedule: Schedule): Record<string, unknown> => ({
  Arn: schedule.arn,
  GroupName: schedule.group,
  Name: schedule.name,
  State: schedule.enabled ? 'ENABLED' : 'DISABLED',
  Target: { Arn: schedule.target.arn },
  CreationDate: schedule.createdMs / 1000,
  LastModificationDate: schedule.modifiedMs / 1000,
});
