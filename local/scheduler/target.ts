import { knownProperties } from '../assembly/property-support.ts';
import type { PropertySupport } from '../assembly/property-support.ts';
import { refuseUnknownProperties } from '../known-properties.ts';
import { refuseBeyond } from '../limit.ts';
import { AwsError, UnsupportedError, type ApiCall, type Caller } from '../service.ts';
import type { Json } from '../states/json.ts';
import { SDK_SERVICES } from '../states/resource.ts';
import { requestOf } from '../states/sdk-shapes.ts';

import { schedulerLimits } from './limits.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What a schedule calls. */
export interface Target {
  readonly arn: string;
  readonly caller: Caller;
  readonly input?: string;
  readonly maxAttempts: number;
  readonly maxAgeSeconds: number;
  readonly deadLetterArn?: string;
  /** The call for a payload in which the context attributes are filled in. */
  readonly callFor: (payload: string) => ApiCall;
}

export const scheduleTargetProperties: PropertySupport = {
  actedOn: ['Arn', 'DeadLetterConfig', 'EventBridgeParameters', 'Input', 'RetryPolicy', 'RoleArn', 'SqsParameters'],
  inert: {},
};

/** Universal targets cannot read (user guide, "Using universal targets"). */
const READING =
  /^(?:get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|retrieve)(?![a-z])/;

/** @throws UnsupportedError for a target that is not run here; AwsError ValidationException */
export const parseTarget = (schedule: string, value: unknown): Target => {
  if (typeof value !== 'object' || value === null) throw new AwsError('ValidationException', 'Target is missing.');
  const properties = value as Properties;
  refuseUnknownProperties('AWS::Scheduler::Schedule Target', schedule, properties, knownProperties(scheduleTargetProperties));
  const { Arn, RoleArn, Input } = properties;
  if (typeof Arn !== 'string' || typeof RoleArn !== 'string')
    throw new AwsError('ValidationException', 'A Target needs an Arn and a RoleArn.');
  const retry = (properties['RetryPolicy'] ?? {}) as {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  const { retryAttempts, eventAge, input } = schedulerLimits;
  const maxAttempts = retry.MaximumRetryAttempts ?? retryAttempts.most;
  const maxAgeSeconds = retry.MaximumEventAgeInSeconds ?? eventAge.most;
  refuseBeyond(retryAttempts, maxAttempts, `MaximumRetryAttempts of ${schedule} is ${maxAttempts}.`);
  refuseBeyond(eventAge, maxAgeSeconds, `MaximumEventAgeInSeconds of ${schedule} is ${maxAgeSeconds}.`);
  if (typeof Input === 'string') refuseBeyond(input, Buffer.byteLength(Input), `The Input of ${schedule} is too long.`);
  const deadLetterArn = (properties['DeadLetterConfig'] as { readonly Arn?: string } | undefined)?.Arn;
  const name = 'scheduler.amazonaws.com';
  const caller: Caller = { name, principal: RoleArn, assumedBy: name };
  return {
    arn: Arn,
    caller,
    ...(typeof Input === 'string' ? { input: Input } : {}),
    maxAttempts,
    maxAgeSeconds,
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    callFor: callFor(schedule, Arn, properties, caller),
  };
};

const callFor = (schedule: string, arn: string, properties: Properties, caller: Caller): Target['callFor'] => {
  const universal = /^arn:aws[\w-]*:scheduler:::aws-sdk:([\w-]+):(\w+)$/.exec(arn);
  if (universal) return universalCall(schedule, arn, universal[1] ?? '', universal[2] ?? '', caller);
  const call =
    (service: string, action: string, inputOf: (payload: string) => Properties): Target['callFor'] =>
    (payload) => ({ caller, service, action, input: inputOf(payload) });
  const [, , service, , , kind = ''] = arn.split(':');
  if (service === 'states' && kind === 'stateMachine') {
    return call('states', 'StartExecution', (input) => ({ stateMachineArn: arn, input }));
  }
  if (service === 'lambda' && kind === 'function') {
    return call('lambda', 'Invoke', (text) => ({
      FunctionName: arn,
      InvocationType: 'Event',
      Payload: Buffer.from(text, 'utf8'),
    }));
  }
  if (service === 'sqs') {
    const group = (properties['SqsParameters'] as { readonly MessageGroupId?: string } | undefined)?.MessageGroupId;
    return call('sqs', 'SendMessage', (MessageBody) => ({
      QueueUrl: queueUrl(arn),
      MessageBody,
      ...(group === undefined ? {} : { MessageGroupId: group }),
    }));
  }
  if (service === 'sns') return call('sns', 'Publish', (Message) => ({ TopicArn: arn, Message }));
  if (service === 'events' && kind.startsWith('event-bus/')) {
    const { Source, DetailType } = (properties['EventBridgeParameters'] ?? {}) as {
      readonly Source?: string;
      readonly DetailType?: string;
    };
    if (!Source || !DetailType) throw new AwsError('ValidationException', 'EventBridgeParameters needs Source and DetailType.');
    return call('events', 'PutEvents', (Detail) => ({ Entries: [{ EventBusName: arn, Source, DetailType, Detail }] }));
  }
  throw new UnsupportedError(`The schedule ${schedule} calls ${arn}, which is not run here.`);
};

const universalCall = (schedule: string, arn: string, name: string, action: string, caller: Caller): Target['callFor'] => {
  const service = Object.hasOwn(SDK_SERVICES, name) ? SDK_SERVICES[name] : undefined;
  if (service === undefined)
    throw new UnsupportedError(`The schedule ${schedule} calls ${arn}: the service ${name} is not run here.`);
  if (READING.test(action))
    throw new AwsError('ValidationException', `${arn} is not a supported universal target: ${action} only reads.`);
  return (payload) => {
    let members: Json;
    try {
      members = JSON.parse(payload) as Json;
    } catch {
      throw new AwsError('ValidationException', `The Input of a universal target must be JSON; that of ${schedule} is not.`);
    }
    return { caller, service, action: action.charAt(0).toUpperCase() + action.slice(1), input: requestOf(service, members) };
  };
};

export const queueUrl = (arn: string): string => {
  const [, , , region, account, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};
