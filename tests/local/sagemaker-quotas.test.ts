import { afterEach, describe, expect, test } from 'vitest';
import { startSteppedClock } from '../../local/clock.ts';
import type { SageMakerQuotas } from '../../local/sagemaker/quotas.ts';
import { createSageMaker } from '../../local/sagemaker/sagemaker.ts';
import type { SageMaker } from '../../local/sagemaker/sagemaker.ts';
import { startSageMaker } from './sagemaker-fixture.ts';

const role = 'arn:aws:iam::000000000000:role/models';
const open: SageMaker[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()));
});

/** On a clock that stands still, so that what is created stays in its first status and starts no program. */
const startWith = (quotas: SageMakerQuotas) => {
  const service = createSageMaker({
    clock: startSteppedClock(0),
    dispatch: () => Promise.resolve({}),
    region: 'eu-west-1',
    accountId: '000000000000',
    callerOf: (principal) => ({ name: 'models', principal }),
    programOf: () => ({ folder: '/none', entrypoint: ['node'], environment: {} }),
    environmentOf: () => ({}),
    temporaryFolder: () => '/none',
    quotas,
  });
  open.push(service);
  const call = (action: string, input: Readonly<Record<string, unknown>>) =>
    service.call({ caller: { name: 'operator', principal: 'p' }, service: 'sagemaker', action, input });
  const serve = async (name: string, variant: Readonly<Record<string, unknown>>) => {
    await call('CreateModel', { ModelName: name, ExecutionRoleArn: role, PrimaryContainer: { Image: 'image:tag' } });
    const ProductionVariants = [{ VariantName: 'all', ModelName: name, ...variant }];
    await call('CreateEndpointConfig', { EndpointConfigName: name, ProductionVariants });
    return call('CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
  };
  const train = (name: string, InstanceType = 'ml.m5.large') =>
    call('CreateTrainingJob', {
      TrainingJobName: name,
      RoleArn: role,
      AlgorithmSpecification: { TrainingImage: 'image:tag', TrainingInputMode: 'File' },
      OutputDataConfig: { S3OutputPath: 's3://b/out' },
      ResourceConfig: { InstanceType, InstanceCount: 1, VolumeSizeInGB: 1 },
    });
  return { serve, train };
};

const serverless = (MaxConcurrency: number) => ({ ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency } });

describe('an account’s quota', () => {
  test('of concurrency is shared by all serverless endpoints', async () => {
    const { serve } = startWith({ serverlessConcurrency: 10 });
    await serve('one', serverless(8));
    await expect(serve('two', serverless(4))).rejects.toMatchObject({
      code: 'ResourceLimitExceeded',
      message: expect.stringContaining('is 10 None, with current utilization of 8 None and a request delta of 4 None'),
    });
    await serve('three', serverless(2));
  });

  test('of instances that train is by their type, and only what runs counts', async () => {
    const { train } = startWith({ trainingInstances: { 'ml.m5.large': 1 } });
    await train('one');
    await expect(train('two')).rejects.toMatchObject({
      code: 'ResourceLimitExceeded',
      message: expect.stringContaining("'ml.m5.large for training job usage' is 1 Instances"),
    });
    await train('three', 'ml.c5.xlarge');
  });

  test('of instances behind endpoints counts each endpoint’s instances', async () => {
    const { serve } = startWith({ endpointInstances: { 'ml.m5.large': 2 } });
    await serve('one', { InstanceType: 'ml.m5.large', InitialInstanceCount: 2 });
    await expect(serve('two', { InstanceType: 'ml.m5.large', InitialInstanceCount: 1 })).rejects.toMatchObject({
      code: 'ResourceLimitExceeded',
    });
  });
});

test('what jobs and containers write can be read afterwards, by their names', async () => {
  const { service, job, jobEnds, model, endpointBecomes, invoke } = startSageMaker();
  await job('j1', { HyperParameters: { epochs: '3' } });
  await jobEnds('j1');
  expect(service.jobLogs('j1')).toEqual([expect.stringContaining('training with {"epochs":"3"}')]);
  await model();
  await endpointBecomes('InService');
  await invoke({ do: 'crash' }).catch(() => undefined);
  await expect.poll(() => service.endpointLogs('e1')).toContainEqual(expect.stringContaining('exit code 9'));
  expect(service.jobLogs('unknown')).toEqual([]);
});
