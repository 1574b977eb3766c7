import { expect, test } from 'vitest';
import { startSageMaker } from './sagemaker-fixture.ts';
import { acrossRuns } from './support/state-folder.ts';

const objects = new Map<string, Uint8Array>();

test('models, configurations and tags are there again, and an endpoint in service is up with its model', async () => {
  await acrossRuns(
    async (state) => {
      const run = startSageMaker({ state, objects });
      await run.model({ taste: 'salty' });
      await run.endpointBecomes('InService');
      await run.call('AddTags', { ResourceArn: 'arn:x', Tags: [{ Key: 'a', Value: '1' }] });
      state.close();
      await run.service.close();
    },
    async (state) => {
      const { service, call, invoke } = startSageMaker({ state, objects });
      await service.resume();
      expect((await invoke({})).value).toMatchObject({ model: { settings: { taste: 'salty' } } });
      expect(await call('DescribeModel', { ModelName: 'm1' })).toMatchObject({ ModelName: 'm1' });
      expect(await call('DescribeEndpointConfig', { EndpointConfigName: 'c1' })).toMatchObject({ EndpointConfigName: 'c1' });
      expect(await call('ListTags', { ResourceArn: 'arn:x' })).toEqual({ Tags: [{ Key: 'a', Value: '1' }] });
      await call('DeleteEndpoint', { EndpointName: 'e1' });
      await expect.poll(() => call('DescribeEndpoint', { EndpointName: 'e1' }).catch(String)).toContain('Could not find');
    },
  );
});

test('an endpoint that was being created comes into service', async () => {
  await acrossRuns(
    async (state) => {
      const run = startSageMaker({ state, objects });
      await run.model();
      state.close();
      await run.service.close();
    },
    async (state) => {
      const { service, endpointBecomes, invoke } = startSageMaker({ state, objects });
      await service.resume();
      await endpointBecomes('InService');
      expect((await invoke({})).value).toMatchObject({ model: {} });
    },
  );
});

test('an endpoint whose image is gone has failed, and says why', async () => {
  await acrossRuns(
    async (state) => {
      const run = startSageMaker({ state, objects });
      await run.model();
      await run.endpointBecomes('InService');
      state.close();
      await run.service.close();
    },
    async (state) => {
      const { service, call } = startSageMaker({ state, objects, image: 'another' });
      await service.resume();
      const { EndpointStatus, FailureReason } = await call('DescribeEndpoint', { EndpointName: 'e1' });
      expect({ EndpointStatus, FailureReason }).toMatchObject({
        EndpointStatus: 'Failed',
        FailureReason: expect.stringContaining('no image'),
      });
    },
  );
});

test('a job that was training starts again from the beginning, and one that has ended is as it was', async () => {
  await acrossRuns(
    async (state) => {
      const run = startSageMaker({ state });
      await run.job('done');
      await run.jobEnds('done');
      await run.job('broken', { HyperParameters: { fail: 'no luck' } });
      await run.jobEnds('broken');
      await run.job('interrupted', { HyperParameters: { hang: '1' } });
      await expect
        .poll(async () => (await run.call('DescribeTrainingJob', { TrainingJobName: 'interrupted' }))['SecondaryStatus'])
        .toBe('Training');
      state.close();
      await run.service.close();
    },
    async (state) => {
      const { service, call, jobEnds, job } = startSageMaker({ state });
      await service.resume();
      expect(await jobEnds('done')).toMatchObject({
        TrainingJobStatus: 'Completed',
        ModelArtifacts: { S3ModelArtifacts: 's3://out/jobs/done/output/model.tar.gz' },
      });
      expect(await jobEnds('broken')).toMatchObject({
        TrainingJobStatus: 'Failed',
        FailureReason: expect.stringContaining('no luck'),
      });
      const interrupted = () => call('DescribeTrainingJob', { TrainingJobName: 'interrupted' });
      await expect.poll(async () => (await interrupted())['SecondaryStatus']).toBe('Training');
      const statuses = ((await interrupted())['SecondaryStatusTransitions'] as { Status: string }[]).map(({ Status }) => Status);
      expect(statuses).toEqual(['Starting', 'Downloading', 'Training', 'Starting', 'Downloading', 'Training']);
      await expect(job('interrupted')).rejects.toThrow('must be unique');
      await call('StopTrainingJob', { TrainingJobName: 'interrupted' });
      expect(await jobEnds('interrupted')).toMatchObject({ TrainingJobStatus: 'Stopped' });
    },
  );
});
