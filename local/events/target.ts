import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import type { ApiCall, Caller } from '../service.ts';
import { UnsupportedError } from '../service.ts';
import { refuseBeyond } from '../limit.ts';
import { refuseUnknownProperties, requiredText } from '../known-properties.ts';
import type { BusEvent } from './event.ts';
import { eventsLimits } from './limits.ts';
import type { RetryPolicy } from './retries.ts';
import { readTargetInput, type TargetInput } from './target-input.ts';

export type TargetKind = 'sqs' | 'lambda' | 'states' | 'sns' | 'bus';

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly kind: TargetKind;
  readonly roleArn?: string;
  readonly input: TargetInput;
  readonly retry: RetryPolicy;
  readonly deadLetterArn?: string;
  readonly messageGroupId?: string;
  /** As the template has it, for ListTargetsByRule. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export const ruleTargetProperties: PropertySupport = {
  actedOn: ['Id', 'Arn', 'RoleArn', 'DeadLetterConfig', 'RetryPolicy', 'Input', 'InputPath', 'InputTransformer', 'SqsParameters'],
  inert: {},
};

/** Reads a rule's target. @throws UnsupportedError for a kind of target, or a property, that is not known */
export const readTarget = (ruleName: string, properties: Readonly<Record<string, unknown>>): RuleTarget => {
  const id = requiredText(`A target of rule ${ruleName}`, properties, 'Id');
  const what = `${ruleName} target ${id}`;
  refuseUnknownProperties('AWS::Events::Rule', what, properties, knownProperties(ruleTargetProperties));
  const arn = requiredText(what, properties, 'Arn');
  refuseBeyond(eventsLimits.targetId, id.length, `The Id of ${what} is too long.`);
  const constant = properties['Input'];
  if (typeof constant === 'string') refuseBeyond(eventsLimits.targetInput, constant.length, `The Input of ${what} is too long.`);
  const kind = targetKind(what, arn);
  const roleArn = properties['RoleArn'] as string | undefined;
  if ((kind === 'states' || kind === 'bus') && roleArn === undefined) {
    throw new UnsupportedError(`${what} is ${arn}: EventBridge reaches it by a role, and the rule names none.`);
  }
  const deadLetterArn = (properties['DeadLetterConfig'] as { readonly Arn?: string } | undefined)?.Arn;
  const sqs = properties['SqsParameters'] as { readonly MessageGroupId?: string } | undefined;
  return {
    id,
    arn,
    kind,
    ...(roleArn !== undefined && { roleArn }),
    input: readTargetInput(properties),
    retry: readRetryPolicy(properties['RetryPolicy'] as Readonly<Record<string, unknown>> | undefined),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    ...(sqs?.MessageGroupId !== undefined && { messageGroupId: sqs.MessageGroupId }),
    properties,
  };
};

const targetKind = (what: string, arn: string): TargetKind => {
  const [, , service, , , resource = '', name] = arn.split(':');
  if (service === 'sqs' && !resource.endsWith('.fifo')) return 'sqs';
  if (service === 'lambda' && resource === 'function') return 'lambda';
  if (service === 'states' && resource === 'stateMachine') return 'states';
  if (service === 'sns' && name === undefined) return 'sns';
  if (service === 'events' && resource.startsWith('event-bus/')) return 'bus';
  throw new UnsupportedError(
    `${what} is ${arn}; the local cloud delivers to queues, functions, state machines, topics and buses.`,
  );
};

/** AWS adds jitter; here a run must be repeatable. With the cap, 185 attempts fill the day that AWS gives them. */
const backoffMs = (n: number): number => Math.min(1000 * 2 ** (n - 1), 8 * 60_000);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const readRetryPolicy = (policy: Readonly<Record<string, unknown>> | undefined): RetryPolicy => {
  const { retryAttempts, eventAge } = eventsLimits;
  const maxAttempts = Number(policy?.['MaximumRetryAttempts'] ?? retryAttempts.most);
  const maxAgeSeconds = Number(policy?.['MaximumEventAgeInSeconds'] ?? eventAge.most);
  refuseBeyond(retryAttempts, maxAttempts, `MaximumRetryAttempts is ${maxAttempts}.`);
  refuseBeyond(eventAge, maxAgeSeconds, `MaximumEventAgeInSeconds is ${maxAgeSeconds}.`);
  return { maxAttempts, maxAgeSeconds, backoffMs };
};

/** The service that delivers, where no role stands in for it. */
export const callerFor = (rule: { readonly arn: string }, roleArn?: string): Caller => {
  const name = 'events.amazonaws.com';
  if (roleArn === undefined) return { name, principal: name, sourceArn: rule.arn };
  return { name, principal: roleArn, assumedBy: name, sourceArn: rule.arn };
};

/** The call that hands an event to a target. The account's part of a queue's URL says which queue; the host does not matter. */
export const deliveryCall = (rule: { readonly arn: string }, target: RuleTarget, event: BusEvent, text: string): ApiCall => {
  const caller = callerFor(rule, target.roleArn);
  switch (target.kind) {
    case 'sqs':
      return {
        caller,
        service: 'sqs',
        action: 'SendMessage',
        input: {
          QueueUrl: queueUrl(target.arn),
          MessageBody: text,
          ...(target.messageGroupId !== undefined && { MessageGroupId: target.messageGroupId }),
        },
      };
    case 'lambda':
      return {
        caller,
        service: 'lambda',
        action: 'Invoke',
        input: { FunctionName: target.arn, InvocationType: 'Event', Payload: Buffer.from(text) },
      };
    case 'states':
      // A retry resends the same name, and so starts no second execution.
      return {
        caller,
        service: 'states',
        action: 'StartExecution',
        input: { stateMachineArn: target.arn, input: text, name: `${event.id}_${target.id}`.slice(0, 80) },
      };
    case 'sns':
      return { caller, service: 'sns', action: 'Publish', input: { TopicArn: target.arn, Message: text } };
    case 'bus':
      return {
        caller,
        service: 'events',
        action: 'PutEvents',
        input: {
          Entries: [
            {
              EventBusName: target.arn,
              Source: event.source,
              DetailType: event['detail-type'],
              Detail: JSON.stringify(event.detail),
              Resources: event.resources,
              Time: Date.parse(event.time) / 1000,
            },
          ],
        },
      };
  }
};

export const queueUrl = (arn: string): string => {
  const [, , , region, account, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};
