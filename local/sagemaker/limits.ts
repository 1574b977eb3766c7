import type { Limits } from '../limit.ts';

const api = (action: string): string => `https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_${action}.html`;
const quotas = 'https://docs.aws.amazon.com/general/latest/gr/sagemaker.html';
const serverless = 'https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html';
const refused = { error: 'ValidationException' } as const;

export const sagemakerLimits = {
  name: {
    of: 'the name of a model, an endpoint or a job',
    unit: 'characters',
    least: 1,
    most: 63,
    beyond: refused,
    source: api('CreateEndpoint'),
  },
  modelVariables: {
    of: 'variables of a model’s container',
    unit: 'variables',
    most: 100,
    beyond: refused,
    source: api('ContainerDefinition'),
  },
  modelVariable: {
    of: 'name or value of such a variable',
    unit: 'characters',
    most: 1024,
    beyond: refused,
    source: api('ContainerDefinition'),
  },
  jobVariables: {
    of: 'variables of a training job',
    unit: 'variables',
    most: 100,
    beyond: refused,
    source: api('CreateTrainingJob'),
  },
  jobVariable: {
    of: 'name or value of such a variable',
    unit: 'characters',
    most: 512,
    beyond: refused,
    source: api('CreateTrainingJob'),
  },
  hyperParameters: { of: 'hyperparameters', unit: 'parameters', most: 100, beyond: refused, source: api('CreateTrainingJob') },
  hyperParameterName: {
    of: 'the name of a hyperparameter',
    unit: 'characters',
    most: 256,
    beyond: refused,
    source: api('CreateTrainingJob'),
  },
  hyperParameter: {
    of: 'the value of a hyperparameter',
    unit: 'characters',
    most: 2500,
    beyond: refused,
    source: api('CreateTrainingJob'),
  },
  channels: { of: 'channels of a training job', unit: 'channels', most: 20, beyond: refused, source: api('CreateTrainingJob') },
  channelName: { of: 'the name of a channel', unit: 'characters', least: 1, most: 64, beyond: refused, source: api('Channel') },
  maxRuntime: {
    of: 'the longest run of a training job',
    unit: 'seconds',
    most: 432_000,
    beyond: { error: 'ResourceLimitExceeded' },
    source: quotas,
  },
  tags: { of: 'tags of a resource', unit: 'tags', most: 50, beyond: refused, source: api('CreateEndpoint') },
  serverlessConcurrency: {
    of: 'MaxConcurrency of a serverless endpoint',
    unit: 'invocations',
    least: 1,
    most: 200,
    beyond: refused,
    source: api('ProductionVariantServerlessConfig'),
  },
  totalConcurrency: {
    of: 'MaxConcurrency of all serverless endpoints',
    unit: 'invocations',
    most: 200,
    beyond: { error: 'ResourceLimitExceeded' },
    source: serverless,
  },
  serverlessEndpoints: {
    of: 'serverless endpoints',
    unit: 'endpoints',
    most: 50,
    beyond: { error: 'ResourceLimitExceeded' },
    source: serverless,
  },
  serverlessBody: {
    of: 'the body of a request to a serverless endpoint',
    unit: 'bytes',
    most: 4_194_304,
    beyond: { error: 'ValidationError' },
    source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-invoke.html',
  },
  body: {
    of: 'the body of a request to a real-time endpoint',
    unit: 'bytes',
    most: 26_214_400,
    beyond: { error: 'ValidationError' },
    source: 'https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints.html',
  },
} as const satisfies Limits;
