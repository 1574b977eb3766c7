import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpackInto } from '../../local/sagemaker/model-archive.ts';
import { folderOf } from './support/function-folder.ts';
import { startSageMaker } from './sagemaker-fixture.ts';

describe('a training job', () => {
  test('runs the image, passes through its statuses and leaves its model on S3', async () => {
    const { job, jobEnds, objects, callers, lines } = startSageMaker();
    const { TrainingJobArn } = await job('first', { HyperParameters: { seed: '7' } });
    expect(TrainingJobArn).toBe('arn:aws:sagemaker:eu-west-1:000000000000:training-job/first');
    const ended = await jobEnds('first');
    expect(ended).toMatchObject({
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: 's3://out/jobs/first/output/model.tar.gz' },
      HyperParameters: { seed: '7' },
    });
    const transitions = ended['SecondaryStatusTransitions'] as { Status: string }[];
    expect(transitions.map(({ Status }) => Status)).toEqual(['Starting', 'Downloading', 'Training', 'Uploading', 'Completed']);
    // Seconds, as the JSON protocol carries timestamps.
    expect(Number(ended['CreationTime'])).toBeLessThan(1e11);
    const folder = folderOf({});
    await unpackInto(objects.get('out/jobs/first/output/model.tar.gz') as Uint8Array, folder);
    const { default: written } = (await import(join(folder, 'model.json'), { with: { type: 'json' } })) as { default: unknown };
    expect(written).toEqual({
      settings: { seed: '7' },
      files: ['training/train.jsonl', 'routing/model.tar.gz'],
      greeting: 'hello there',
      region: 'eu-west-1',
    });
    expect([...callers]).toEqual(['SageMakerRole']);
    expect(lines).toContain('first: training with {"seed":"7"}');
  });

  test('that fails says what the program said', async () => {
    const { job, jobEnds } = startSageMaker();
    await job('bad', { HyperParameters: { fail: 'too few examples' } });
    expect(await jobEnds('bad')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: too few examples, exit code: 1',
    });
  });

  test('without data fails before it starts the program', async () => {
    const { job, jobEnds } = startSageMaker();
    const source = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/none/' } };
    await job('empty', { InputDataConfig: [{ ChannelName: 'training', DataSource: source }] });
    expect(await jobEnds('empty')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringContaining('No S3 objects found under S3 URL "s3://data/none/"'),
    });
  });

  test('that is stopped ends as stopped', async () => {
    const { job, jobEnds, call, lines } = startSageMaker();
    await job('long', { HyperParameters: { hang: 'yes' } });
    await expect.poll(() => lines.length).toBe(1);
    await call('StopTrainingJob', { TrainingJobName: 'long' });
    expect(await jobEnds('long')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
  });

  test('over its maximum runtime is stopped', async () => {
    const { job, jobEnds } = startSageMaker();
    await job('over', { HyperParameters: { hang: 'yes' }, StoppingCondition: { MaxRuntimeInSeconds: 1 } });
    expect(await jobEnds('over')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' });
  });

  test('of a name that was used is refused, and so is a name that SageMaker refuses', async () => {
    const { job, jobEnds } = startSageMaker();
    await job('twice');
    await expect(job('twice')).rejects.toMatchObject({ code: 'ResourceInUse' });
    await expect(job('under_score')).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(job('x'.repeat(64))).rejects.toThrow('less than or equal to 63');
    await jobEnds('twice');
  });

  test.each([
    [{ VpcConfig: {} }, 'VpcConfig'],
    [{ CheckpointConfig: {} }, 'CheckpointConfig'],
    [{ AlgorithmSpecification: { TrainingImage: 'other:1' } }, 'no image other:1'],
    [{ ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2 } }, 'one instance'],
  ])('with %j is refused by name', async (members, text) => {
    const { job } = startSageMaker();
    await expect(job('refused', members)).rejects.toThrow(text);
  });
});
