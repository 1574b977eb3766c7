import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import { refuseUnknownProperties } from '../known-properties.ts';
import { refuseBeyond } from '../limit.ts';
import { parseExpression, type ScheduleExpression } from '../scheduler/expression.ts';
import { AwsError } from '../service.ts';
import { eventsLimits } from './limits.ts';
import { compilePattern, type EventMatcher } from './pattern.ts';
import { busName } from './put-events.ts';
import { readTarget, type RuleTarget } from './target.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What happens to events of a bus, or at times of its own. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly isEnabled: boolean;
  readonly matches: EventMatcher;
  readonly schedule?: ScheduleExpression;
  readonly targets: readonly RuleTarget[];
  readonly properties: Properties;
}

export const ruleProperties: PropertySupport = {
  actedOn: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets'],
  inert: {
    Description: 'a description',
    RoleArn: 'a target’s own role is what events are delivered with',
    Tags: 'tags are for people and bills',
  },
};

/**
 * Reads the resolved properties of an AWS::Events::Rule.
 * @throws UnsupportedError, AwsError for what is not known here and for what AWS refuses
 */
export const readRule = (name: string, properties: Properties, arnPrefix: string): Rule => {
  refuseUnknownProperties('AWS::Events::Rule', name, properties, knownProperties(ruleProperties));
  refuseBeyond(eventsLimits.ruleName, name.length, `The name of rule ${name} is too long.`);
  const bus = busName((properties['EventBusName'] ?? 'default') as string);
  const schedule = readSchedule(name, bus, properties['ScheduleExpression']);
  const pattern = properties['EventPattern'];
  if (pattern === undefined && schedule === undefined)
    throw invalid(`Rule ${name} has neither an EventPattern nor a ScheduleExpression.`);
  const patternText = typeof pattern === 'string' ? pattern : (JSON.stringify(pattern) ?? '');
  refuseBeyond(eventsLimits.pattern, patternText.length, `The event pattern of rule ${name} is too long.`);
  const targets = ((properties['Targets'] ?? []) as readonly Properties[]).map((target) => readTarget(name, target));
  refuseBeyond(eventsLimits.targets, targets.length, `Rule ${name} has more targets than the maximum number allowed.`);
  return {
    name,
    arn: `${arnPrefix}:rule/${bus === 'default' ? '' : `${bus}/`}${name}`,
    bus,
    isEnabled: (properties['State'] ?? 'ENABLED') !== 'DISABLED',
    matches: pattern === undefined ? () => false : compilePattern(pattern),
    ...(schedule && { schedule }),
    targets,
    properties,
  };
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
const readSchedule = (name: string, bus: string, text: unknown): ScheduleExpression | undefined => {
  if (text === undefined) return undefined;
  if (bus !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.');
  if (typeof text !== 'string') throw invalid(`The ScheduleExpression of rule ${name} is not a text.`);
  refuseBeyond(eventsLimits.scheduleExpression, text.length, `The ScheduleExpression of rule ${name} is too long.`);
  const expression = parseExpression(text, 'UTC');
  if (expression.kind === 'at') throw invalid(`Parameter ScheduleExpression is not valid: rule ${name} may say rate or cron.`);
  return expression;
};
