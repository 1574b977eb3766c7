import { allLimits } from './all-limits.ts';
import { policyProperties } from './assembly/make-policy.ts';
import { templateFunctions } from './assembly/intrinsics.ts';
import { parameterProperties, scheduleGroupProperties } from './assembly/property-support.ts';
import type { PropertySupport } from './assembly/property-support.ts';
import { actedOnTypes, inertTypes, refusedCustomTypes, refusedSettings } from './assembly/resource-types.ts';
import { startSteppedClock } from './clock.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { tableProperties } from './dynamodb/table-definition.ts';
import { busProperties, createEventBridge } from './events.ts';
import { ruleProperties } from './events/rule.ts';
import { ruleTargetProperties } from './events/target.ts';
import type { Fault } from './faults/fault-rule.ts';
import { createSecurityTokenService } from './gateway/security-token.ts';
import { operators } from './iam/condition-operators.ts';
import { conditionKeys } from './iam/known-keys.ts';
import { awsManagedPolicies } from './iam/managed-policies.ts';
import { eventInvokeConfigProperties, eventSourceMappingProperties, functionProperties } from './lambda/function-definition.ts';
import { createLambda } from './lambda/lambda.ts';
import { bucketProperties } from './s3/bucket.ts';
import { createS3 } from './s3/s3.ts';
import { createSageMaker } from './sagemaker/sagemaker.ts';
import type { Limits } from './limit.ts';
import { scheduleProperties } from './scheduler/schedule.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { scheduleTargetProperties } from './scheduler/target.ts';
import { UnsupportedError } from './service.ts';
import type { Service } from './service.ts';
import { createSns, subscriptionProperties, topicProperties } from './sns.ts';
import { createSqs } from './sqs.ts';
import { queueProperties } from './sqs/settings.ts';
import { fieldsOf, stateTypes, UNSUPPORTED_FIELDS } from './states/fields.ts';
import { intrinsicFunctions } from './states/intrinsics.ts';
import { optimizedIntegrations, SDK_SERVICES } from './states/resource.ts';
import { createStepFunctions, stateMachineProperties } from './states/step-functions.ts';

/** What the local cloud acts on, records without acting, and refuses: read from the code that does so. */
export interface SupportTables {
  readonly actedOnTypes: Readonly<Record<string, string>>;
  readonly inertTypes: Readonly<Record<string, string>>;
  readonly refusedCustomTypes: Readonly<Record<string, string>>;
  readonly refusedSettings: Readonly<Record<string, readonly string[]>>;
  /** By resource type, or by type and the part of it. */
  readonly properties: Readonly<Record<string, PropertySupport>>;
  /** Names of functions in templates, `Fn::Sub` and its like. */
  readonly templateFunctions: readonly string[];
  /** API actions by service. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly states: {
    readonly fields: readonly {
      readonly type: string;
      readonly jsonPath: readonly string[];
      readonly jsonata: readonly string[];
    }[];
    readonly refusedFields: readonly string[];
    readonly integrations: Readonly<Record<string, readonly string[]>>;
    readonly sdkServices: readonly string[];
    readonly intrinsicFunctions: readonly string[];
  };
  readonly iam: {
    readonly operators: readonly string[];
    readonly keys: readonly string[];
    readonly managedPolicies: readonly string[];
  };
  /** By service. */
  readonly limits: Readonly<Record<string, Limits>>;
  readonly faults: Readonly<Record<Fault['kind'], string>>;
}

/** By kind, so that a kind without a line here does not compile. */
const faults: SupportTables['faults'] = {
  error: 'an error by its AWS code, without effect',
  throttle: 'the service’s own error for too many requests, without effect',
  'internal-error': 'the service’s own error for a failure of its own, without effect',
  latency: 'wall time before the call goes its way',
  'drop-request': 'the connection breaks before anything happened',
  'drop-response': 'the effect takes place, then the connection breaks',
  repeat: 'the effect takes place twice',
  'refuse-entries': 'of a batch, each entry fails with the given probability',
  'ignore-delete': 'SQS confirms a deletion and delivers the message again',
  'kill-function': 'the function that makes the call dies, before or after the effect',
  'hot-partition': 'a partition key that uses more units a second than it may is throttled, by the clock',
  container: 'the container behind an endpoint hangs, crashes, runs out of memory, answers garbage, or is not ready yet',
};

const properties: SupportTables['properties'] = {
  ...policyProperties,
  'AWS::DynamoDB::GlobalTable': tableProperties,
  'AWS::DynamoDB::Table': tableProperties,
  'AWS::Events::EventBus': busProperties,
  'AWS::Events::Rule': ruleProperties,
  'AWS::Events::Rule Target': ruleTargetProperties,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfigProperties,
  'AWS::Lambda::EventSourceMapping': eventSourceMappingProperties,
  'AWS::Lambda::Function': functionProperties,
  'AWS::S3::Bucket': bucketProperties,
  'AWS::SNS::Subscription': subscriptionProperties,
  'AWS::SNS::Topic': topicProperties,
  'AWS::SQS::Queue': queueProperties,
  'AWS::SSM::Parameter': parameterProperties,
  'AWS::Scheduler::Schedule': scheduleProperties,
  'AWS::Scheduler::Schedule Target': scheduleTargetProperties,
  'AWS::Scheduler::ScheduleGroup': scheduleGroupProperties,
  'AWS::StepFunctions::StateMachine': stateMachineProperties,
};

export const readSupportTables = (): SupportTables => ({
  actedOnTypes,
  inertTypes,
  refusedCustomTypes,
  refusedSettings,
  properties,
  templateFunctions,
  actions: Object.fromEntries(idleServices().map(({ name, actions }) => [name, [...actions]])),
  states: {
    fields: stateTypes.map((type) => ({
      type,
      jsonPath: [...fieldsOf(type, 'JSONPath')],
      jsonata: [...fieldsOf(type, 'JSONata')],
    })),
    refusedFields: [...UNSUPPORTED_FIELDS],
    integrations: optimizedIntegrations,
    sdkServices: Object.keys(SDK_SERVICES),
    intrinsicFunctions,
  },
  iam: { operators: [...Object.keys(operators), 'Null'], keys: conditionKeys, managedPolicies: Object.keys(awsManagedPolicies) },
  limits: allLimits,
  faults,
});

/** Services of a cloud in which nothing is deployed; they are asked for the names of their actions only. */
const idleServices = (): readonly Service[] => {
  const nothing = (): never => {
    throw new UnsupportedError('The services that are only described are not called.');
  };
  const base = { clock: startSteppedClock(0), dispatch: nothing, region: 'us-east-1', accountId: '000000000000' };
  return [
    createSqs({ ...base, endpoint: () => '' }),
    createSns(base),
    createEventBridge(base),
    createDynamoDb(base),
    createS3(base),
    createLambda({ ...base, endpoint: '', responseEndpoint: '', credentialsOf: nothing }),
    createStepFunctions(base),
    createScheduler(base),
    createSageMaker({ ...base, callerOf: nothing, programOf: nothing, environmentOf: nothing, temporaryFolder: nothing }),
    createSecurityTokenService(base.accountId),
  ];
};
