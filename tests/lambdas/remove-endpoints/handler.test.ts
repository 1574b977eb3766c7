import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { AwsError } from '../../../local/service.ts';
import { serviceOf, startRetrainingCloud } from '../../support/retraining-cloud.ts';
import { loadFunction } from '../../support/retraining-function.ts';

const name = 'signalbox-test-routing-v1';

const start = async ({ status = 'InService', remainingMs = 60_000 } = {}) => {
  let endpoints = [name];
  const sagemaker = serviceOf('sagemaker', {
    ListEndpoints: ({ NameContains }) => ({
      Endpoints: endpoints
        .filter((endpoint) => endpoint.includes(String(NameContains)))
        .map((EndpointName) => ({
          EndpointName,
          EndpointArn: 'arn:aws:sagemaker:eu-central-1:000000000000:endpoint/x',
          EndpointStatus: status,
          CreationTime: 0,
          LastModifiedTime: 0,
        })),
    }),
    ListEndpointConfigs: () => ({ EndpointConfigs: [] }),
    ListModels: () => ({ Models: [] }),
    DeleteEndpoint: () => {
      endpoints = [];
      return {};
    },
    DeleteEndpointConfig: () => ({}),
    DeleteModel: () => ({}),
  });
  const states = serviceOf('states', { ListExecutions: () => ({ executions: [] }) });
  const scheduler = serviceOf('scheduler', {
    GetSchedule: () => {
      throw new AwsError('ResourceNotFoundException', 'It does not exist.', 404);
    },
  });
  const cloud = await startRetrainingCloud([sagemaker, states, scheduler]);

  const answers: unknown[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => answers.push(JSON.parse(chunk.toString())));
    request.on('end', () => response.writeHead(200, { connection: 'close' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());

  const { invoke } = await loadFunction(cloud, () => import('../../../lambdas/remove-endpoints/handler.ts'), remainingMs);
  const ResponseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = (RequestType: string) => invoke({ RequestType, ResponseURL, StackId: 's', RequestId: 'r', LogicalResourceId: 'l' });
  return { ask, answers, sagemaker, remaining: () => endpoints };
};

test.each(['Create', 'Update'])('%s does nothing and succeeds at once, under the one physical id', async (requestType) => {
  const { ask, answers, sagemaker, remaining } = await start();
  await ask(requestType);
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'signalbox-endpoints' })]);
  expect(sagemaker.asked).toEqual([]);
  expect(remaining()).toEqual([name]);
});

test('Delete removes the endpoints and then succeeds', async () => {
  const { ask, answers, remaining } = await start();
  await ask('Delete');
  expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: 'signalbox-endpoints' })]);
  expect(remaining()).toEqual([]);
});

test('Delete tells CloudFormation in a sentence what is left, before the function is cut off', async () => {
  const { ask, answers } = await start({ status: 'Creating', remainingMs: 15_300 });
  await ask('Delete');
  expect(answers).toEqual([
    expect.objectContaining({
      Status: 'FAILED',
      Reason: `Not all endpoints could be removed: SageMaker is still making or changing ${name}: not removed yet; try again in a few minutes.`,
    }),
  ]);
});
