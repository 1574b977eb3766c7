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

  const checkpoints = { CheckpointConfig: { S3Uri: 's3://data/checkpoints/a', LocalPath: '/opt/ml/checkpoints' } };
  const found = (lines: readonly string[], name: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${name}: found`));

  test('that fails leaves its checkpoints, and the next job with that place starts with them', async () => {
    const { job, jobEnds, objects, callers, lines } = startSageMaker();
    await job('one', { ...checkpoints, HyperParameters: { checkpoint: 'first', fail: 'the instance is gone' } });
    expect(await jobEnds('one')).toMatchObject({ TrainingJobStatus: 'Failed', ...checkpoints });
    expect(Buffer.from(objects.get('data/checkpoints/a/deep/first')!).toString()).toBe('first');
    await job('two', { ...checkpoints, HyperParameters: { checkpoint: 'second' } });
    expect(await jobEnds('two')).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect([...found(lines, 'one'), ...found(lines, 'two')]).toEqual(['one: found []', 'two: found ["deep"]']);
    expect([...objects.keys()].filter((key) => key.startsWith('data/checkpoints/'))).toEqual([
      'data/checkpoints/a/deep/first',
      'data/checkpoints/a/deep/second',
    ]);
    expect([...callers]).toEqual(['SageMakerRole']);
  });

  test('has its checkpoints on S3 while it runs, and when it is stopped', async () => {
    const { job, jobEnds, objects, call } = startSageMaker();
    await job('long', { ...checkpoints, HyperParameters: { checkpoint: 'x', hang: 'yes' } });
    await expect.poll(() => objects.has('data/checkpoints/a/deep/x'), { timeout: 5_000 }).toBe(true);
    objects.delete('data/checkpoints/a/deep/x');
    await call('StopTrainingJob', { TrainingJobName: 'long' });
    expect(await jobEnds('long')).toMatchObject({ TrainingJobStatus: 'Stopped' });
    // Copied once: what has not changed is not copied again.
    expect(objects.has('data/checkpoints/a/deep/x')).toBe(false);
  });

  test('has no folder for checkpoints where it names no place', async () => {
    const { job, jobEnds, lines } = startSageMaker();
    await job('plain', { HyperParameters: { checkpoint: 'x' } });
    await jobEnds('plain');
    expect(found(lines, 'plain')).toEqual(['plain: found undefined']);
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
    [{ CheckpointConfig: { LocalPath: '/opt/ml/checkpoints' } }, 'S3Uri'],
    [{ CheckpointConfig: { S3Uri: 'a folder' } }, 'regular expression'],
    [{ CheckpointConfig: { S3Uri: 's3://data/x', LocalPath: '/elsewhere' } }, '/opt/ml/checkpoints only'],
    [{ AlgorithmSpecification: { TrainingImage: 'other:1' } }, 'no image other:1'],
    [{ ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2 } }, 'one instance'],
  ])('with %j is refused by name', async (members, text) => {
    const { job } = startSageMaker();
    await expect(job('refused', members)).rejects.toThrow(text);
  });
});
