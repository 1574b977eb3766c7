import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { expect, test } from 'vitest';
import { sageMakerServingResources } from '../../../adapters/sagemaker/endpoints.ts';
import { AwsError } from '../../../local/service.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';

interface Account {
  readonly endpoints: Map<string, string>;
  readonly configs: Set<string>;
  readonly models: Set<string>;
}

const ARN = 'arn:aws:sagemaker:eu-central-1:000000000000:x/y';
const CREATED = { CreationTime: 0, LastModifiedTime: 0 };
const missing = (what: string): AwsError => new AwsError('ValidationException', `Could not find ${what} "${ARN}".`);

/** As SageMaker: lists by part of a name, two a page, and refuses to delete what is in progress or not there. */
const sageMaker = ({ endpoints, configs, models }: Account) => {
  const page = (names: Iterable<string>, input: Readonly<Record<string, unknown>>): { names: string[]; NextToken?: string } => {
    const found = [...names].filter((name) => name.includes(String(input['NameContains'])));
    const start = Number(input['NextToken'] ?? 0);
    const rest = start + 2 < found.length ? { NextToken: String(start + 2) } : {};
    return { names: found.slice(start, start + 2), ...rest };
  };
  return serviceOf('sagemaker', {
    ListEndpoints: (input) => {
      const { names, ...next } = page(endpoints.keys(), input);
      const Endpoints = names.map((EndpointName) => ({
        EndpointName,
        EndpointArn: ARN,
        EndpointStatus: endpoints.get(EndpointName),
        ...CREATED,
      }));
      return { Endpoints, ...next };
    },
    ListEndpointConfigs: (input) => {
      const { names, ...next } = page(configs, input);
      return {
        EndpointConfigs: names.map((name) => ({ EndpointConfigName: name, EndpointConfigArn: ARN, ...CREATED })),
        ...next,
      };
    },
    ListModels: (input) => {
      const { names, ...next } = page(models, input);
      return { Models: names.map((name) => ({ ModelName: name, ModelArn: ARN, ...CREATED })), ...next };
    },
    DeleteEndpoint: ({ EndpointName }) => {
      const status = endpoints.get(String(EndpointName));
      if (status === undefined) throw missing('endpoint');
      if (status !== 'InService' && status !== 'Failed')
        throw new AwsError('ValidationException', 'Cannot update in-progress endpoint "x".');
      endpoints.delete(String(EndpointName));
      return {};
    },
    DeleteEndpointConfig: ({ EndpointConfigName }) => {
      if (!configs.delete(String(EndpointConfigName))) throw missing('endpoint configuration');
      return {};
    },
    DeleteModel: ({ ModelName }) => {
      if (!models.delete(String(ModelName))) throw missing('model');
      return {};
    },
  });
};

const start = async (fields: Partial<Account>) => {
  const account = { endpoints: new Map<string, string>(), configs: new Set<string>(), models: new Set<string>(), ...fields };
  const { config } = await startRetrainingCloud([sageMaker(account)]);
  const prefixes = ['signalbox-dev-routing-v', 'signalbox-dev-clustering-v'];
  return { account, resources: sageMakerServingResources({ client: new SageMakerClient(config), prefixes }) };
};

test('finds every version of both models by name, on all pages, with the state of its endpoint', async () => {
  const { resources } = await start({
    endpoints: new Map([
      ['signalbox-dev-routing-v1', 'InService'],
      ['signalbox-dev-routing-v2', 'Creating'],
      ['signalbox-dev-routing-v3', 'Deleting'],
      ['signalbox-dev-clustering-v10', 'Failed'],
    ]),
    configs: new Set(['signalbox-dev-routing-v1', 'signalbox-dev-routing-v4']),
    models: new Set(['signalbox-dev-clustering-v5', 'signalbox-dev-routing-v1']),
  });
  expect((await resources.list()).toSorted((a, b) => a.version - b.version)).toEqual([
    { name: 'signalbox-dev-routing-v1', version: 1, endpoint: 'settled' },
    { name: 'signalbox-dev-routing-v2', version: 2, endpoint: 'busy' },
    { name: 'signalbox-dev-routing-v3', version: 3, endpoint: 'going' },
    { name: 'signalbox-dev-routing-v4', version: 4, endpoint: 'none' },
    { name: 'signalbox-dev-clustering-v5', version: 5, endpoint: 'none' },
    { name: 'signalbox-dev-clustering-v10', version: 10, endpoint: 'settled' },
  ]);
});

test('names that only look like ours are left alone', async () => {
  const models = new Set([
    'my-signalbox-dev-routing-v1',
    'signalbox-dev-routing-v1-copy',
    'signalbox-dev-routing-v',
    'signalbox-dev-routing-v01',
  ]);
  const { resources } = await start({ models });
  expect(await resources.list()).toEqual([]);
});

test('endpoint, configuration and model go together', async () => {
  const name = 'signalbox-dev-routing-v1';
  const { account, resources } = await start({
    endpoints: new Map([[name, 'InService']]),
    configs: new Set([name]),
    models: new Set([name]),
  });
  expect(await resources.remove({ name, version: 1, endpoint: 'settled' })).toBe('removed');
  expect([account.endpoints.size, account.configs.size, account.models.size]).toEqual([0, 0, 0]);
});

test('what is not there any more counts as removed', async () => {
  const { resources } = await start({});
  expect(await resources.remove({ name: 'signalbox-dev-routing-v1', version: 1, endpoint: 'settled' })).toBe('removed');
});

test('an endpoint that began to change after it was listed is busy, and keeps its configuration', async () => {
  const name = 'signalbox-dev-routing-v1';
  const { account, resources } = await start({ endpoints: new Map([[name, 'Updating']]), configs: new Set([name]) });
  expect(await resources.remove({ name, version: 1, endpoint: 'settled' })).toBe('busy');
  expect(account.configs.has(name)).toBe(true);
});

test('any other refusal is an error', async () => {
  const refuse = () => {
    throw new AwsError('ValidationException', 'One more thing.');
  };
  const { config } = await startRetrainingCloud([serviceOf('sagemaker', { DeleteEndpointConfig: refuse })]);
  const resources = sageMakerServingResources({ client: new SageMakerClient(config), prefixes: [] });
  await expect(resources.remove({ name: 'x', version: 1, endpoint: 'none' })).rejects.toThrow('One more thing.');
});
