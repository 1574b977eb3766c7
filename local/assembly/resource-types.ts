import { UnsupportedError } from '../service.ts';
import type { StackTemplate } from './cloud-assembly.ts';

/** Resource types that the local cloud runs, and what it does with them. */
export const actedOnTypes: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'a queue with its delays, visibility timeout, retention and redrive policy',
  'AWS::DynamoDB::Table': 'a table with its keys, indexes, time to live and provisioned throughput',
  'AWS::DynamoDB::GlobalTable': 'a table in this one region',
  'AWS::S3::Bucket': 'a bucket',
  'AWS::Lambda::Function': 'a Node.js function in worker threads',
  'AWS::Lambda::EventSourceMapping': 'polling of an SQS queue',
  'AWS::Lambda::EventInvokeConfig': 'retries and destinations of asynchronous invocations',
  'AWS::Events::EventBus': 'a bus',
  'AWS::Events::Rule': 'a rule with its pattern or schedule, and its targets',
  'AWS::Scheduler::Schedule': 'a schedule with its target',
  'AWS::Scheduler::ScheduleGroup': 'a name that schedules refer to',
  'AWS::StepFunctions::StateMachine': 'a state machine',
  'AWS::SNS::Topic': 'a topic',
  'AWS::SNS::Subscription': 'a subscription',
  'AWS::IAM::Role': 'a principal with its trust policy, inline policies and managed policies',
  'AWS::IAM::Policy': 'what roles may do',
  'AWS::IAM::ManagedPolicy': 'what roles may do',
  'AWS::SQS::QueuePolicy': 'who may use a queue',
  'AWS::S3::BucketPolicy': 'who may use a bucket',
  'AWS::SNS::TopicPolicy': 'who may use a topic',
  'AWS::Events::EventBusPolicy': 'who may use a bus',
  'AWS::Lambda::Permission': 'who may call a function',
  'AWS::KMS::Key': 'a key whose policy is enforced; nothing is encrypted with it, everything is in memory',
  'AWS::KMS::Alias': 'another name of a key',
  'AWS::CloudFormation::CustomResource':
    'calls its function on create, update and delete, and waits for the response; the clock jumps over what a waiter waits for',
  'AWS::SSM::Parameter': 'a value that other resources can refer to',
  'Custom::S3AutoDeleteObjects': 'empties its bucket when the stack is destroyed',
};

/** Resource types that are recorded, so that others can refer to them, but do nothing: each with the reason. */
export const inertTypes: Readonly<Record<string, string>> = {
  'AWS::Logs::LogGroup': 'log lines are kept in memory, as many as fit the ring',
  'AWS::CloudWatch::Alarm': 'there are no metrics to alarm on',
  'AWS::CloudWatch::CompositeAlarm': 'there are no metrics to alarm on',
  'AWS::CloudWatch::Dashboard': 'there are no metrics to show',
  'AWS::CDK::Metadata': 'it describes the app and does nothing on AWS either',
  'Custom::LogRetention': 'log lines are kept in memory, as many as fit the ring',
};

/** Custom resources whose provider does what the local cloud cannot: refused by name before anything starts. */
export const refusedCustomTypes: Readonly<Record<string, string>> = {
  'Custom::S3BucketNotifications': 'buckets send no notifications here',
  'Custom::CDKBucketDeployment': 'its provider is written in Python',
  'Custom::AWS': 'its provider calls any AWS API by name',
};

/** Of the types that are run, what the properties may not say: it is refused by name while the stack is deployed. */
export const refusedSettings: Readonly<Record<string, readonly string[]>> = {
  'AWS::SQS::Queue': ['FIFO queues'],
  'AWS::SNS::Topic': ['FIFO topics'],
  'AWS::DynamoDB::Table': ['streams', 'a key of one’s own'],
  'AWS::DynamoDB::GlobalTable': [
    'provisioned throughput, which scales by itself',
    'streams',
    'more than one replica',
    'a key of one’s own',
  ],
  'AWS::S3::Bucket': ['notifications, replication, object lock', 'lifecycle rules that expire by date, tag or size'],
  'AWS::Lambda::Function': ['other runtimes than Node.js', 'container images, archives, layers, VPCs'],
  'AWS::Lambda::EventSourceMapping': ['other sources than SQS queues', 'filters'],
  'AWS::Events::Rule': ['targets other than queues, functions, state machines, topics and buses'],
  'AWS::Events::EventBus': ['a key of one’s own'],
  'AWS::Scheduler::Schedule': [
    'targets other than queues, functions, state machines, topics, buses and the universal ones of services that are run',
  ],
  'AWS::StepFunctions::StateMachine': ['express ones', 'a key of one’s own'],
  'AWS::SNS::Subscription': ['filter policies'],
  'AWS::IAM::Role': ['permissions boundaries'],
};

export type TypeSupport = 'acted-on' | 'inert' | 'refused';

export const supportOf = (type: string): TypeSupport => {
  if (Object.hasOwn(inertTypes, type)) return 'inert';
  if (Object.hasOwn(refusedCustomTypes, type)) return 'refused';
  return Object.hasOwn(actedOnTypes, type) || type.startsWith('Custom::') ? 'acted-on' : 'refused';
};

/** Whether resources of this type are made by calling a function of the app. */
export const isCustomResource = (type: string): boolean =>
  type === 'AWS::CloudFormation::CustomResource' || (type.startsWith('Custom::') && type !== 'Custom::S3AutoDeleteObjects');

/** @throws UnsupportedError naming every resource of an unsupported type in the whole app, so that one run tells them all */
export const refuseUnsupportedTypes = (stacks: readonly StackTemplate[]): void => {
  const refused = new Map<string, string[]>();
  for (const stack of stacks) {
    for (const { type, logicalId } of stack.resources) {
      if (supportOf(type) === 'refused') refused.set(type, [...(refused.get(type) ?? []), `${stack.name}/${logicalId}`]);
    }
  }
  if (refused.size === 0) return;
  const lines = Array.from(refused, ([type, where]) => {
    const reason = refusedCustomTypes[type];
    return `  ${type} (${where.join(', ')})${reason ? `: ${reason}` : ''}`;
  });
  throw new UnsupportedError(`the local cloud does not know these resource types:\n${lines.join('\n')}`);
};
