import { UnsupportedError } from '../service.ts';

/** How a Task waits for the service that it calls. */
export type Pattern = 'request' | 'sync' | 'sync:2' | 'token';

export type Integration = { readonly kind: 'function'; readonly arn: string; readonly pattern: 'request' } | ServiceIntegration;

export interface ServiceIntegration {
  readonly kind: 'optimized' | 'sdk';
  readonly service: string;
  readonly action: string;
  readonly pattern: Pattern;
}

/** Optimized integrations, each with the ways in which a Task may wait for it. */
export const optimizedIntegrations: Readonly<Record<string, readonly Pattern[]>> = {
  'lambda:invoke': ['request', 'token'],
  'sagemaker:createTrainingJob': ['request', 'sync'],
  'sagemaker:createModel': ['request'],
  'sagemaker:createEndpointConfig': ['request'],
  'sagemaker:createEndpoint': ['request'],
  'sqs:sendMessage': ['request', 'token'],
  'sns:publish': ['request', 'token'],
  'events:putEvents': ['request', 'token'],
  'dynamodb:getItem': ['request'],
  'dynamodb:putItem': ['request'],
  'dynamodb:updateItem': ['request'],
  'dynamodb:deleteItem': ['request'],
  'states:startExecution': ['request', 'sync', 'sync:2', 'token'],
};

/** Name of a service in `aws-sdk:` resources → the prefix that IAM and the dispatcher use. */
export const SDK_SERVICES: Readonly<Record<string, string>> = {
  cloudwatch: 'cloudwatch',
  cloudwatchlogs: 'logs',
  dynamodb: 'dynamodb',
  eventbridge: 'events',
  iam: 'iam',
  kms: 'kms',
  lambda: 'lambda',
  s3: 's3',
  sagemaker: 'sagemaker',
  sagemakerruntime: 'sagemaker',
  scheduler: 'scheduler',
  secretsmanager: 'secretsmanager',
  sfn: 'states',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
  sts: 'sts',
};

const PATTERNS: Readonly<Record<string, Pattern>> = {
  '': 'request',
  sync: 'sync',
  'sync:2': 'sync:2',
  waitForTaskToken: 'token',
};

/** @throws UnsupportedError naming the part of the resource that is not run here */
export const parseResource = (resource: string): Integration => {
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:/.test(resource))
    return { kind: 'function', arn: resource, pattern: 'request' };
  const match = /^arn:aws[\w-]*:states:::(aws-sdk:)?([\w-]+):(\w+)(?:\.(sync(?::2)?|waitForTaskToken))?$/.exec(resource);
  if (!match)
    throw new UnsupportedError(`the resource ${resource} is not a Lambda function or a service integration that is run here`);
  const [, sdk, service = '', action = '', suffix = ''] = match;
  const pattern = PATTERNS[suffix] ?? 'request';
  if (sdk) {
    if (!Object.hasOwn(SDK_SERVICES, service))
      throw new UnsupportedError(`the AWS SDK service ${service} of ${resource} is not run here`);
    if (pattern === 'sync' || pattern === 'sync:2')
      throw new UnsupportedError(`${resource}: AWS SDK integrations have no .${suffix}`);
    return { kind: 'sdk', service, action, pattern };
  }
  const patterns = optimizedIntegrations[`${service}:${action}`];
  if (!patterns) throw new UnsupportedError(`the integration ${service}:${action} of ${resource} is not run here`);
  if (!patterns.includes(pattern)) throw new UnsupportedError(`${resource}: ${service}:${action} has no .${suffix} here`);
  return { kind: 'optimized', service, action, pattern };
};
