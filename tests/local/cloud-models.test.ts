import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, test } from 'vitest';
import { roleFor } from './support/written-assembly.ts';
import { start, clientOf } from './cloud-fixture.ts';

describe('models', () => {
  const main = `
    import { writeFileSync, readFileSync } from 'node:fs';
    import { createServer } from 'node:http';
    const dir = process.env.OPT_ML_DIR;
    if (process.argv[2] === 'train') writeFileSync(dir + '/model/weights', readFileSync(dir + '/input/data/training/t.txt'));
    else {
      createServer((request, response) => response.end(request.url === '/ping' ? '' : readFileSync(dir + '/model/weights')))
        .listen(Number(process.env.SAGEMAKER_BIND_TO_PORT), '127.0.0.1');
      process.on('SIGTERM', () => process.exit(0));
    }`;

  test('are trained from a bucket and served, by the clients of the SDK', async () => {
    const cloud = await start({
      images: {
        cafe: { Dockerfile: 'FROM node:24\nWORKDIR /opt/program\nCOPY . .\nENTRYPOINT ["node","main.mjs"]\n', 'main.mjs': main },
      },
      resources: {
        Data: { Type: 'AWS::S3::Bucket' },
        ModelRole: roleFor('sagemaker.amazonaws.com'),
      },
      outputs: { Role: { Value: { 'Fn::GetAtt': ['ModelRole', 'Arn'] } }, Bucket: { Value: { Ref: 'Data' } } },
    });
    const { Role: RoleArn, Bucket } = cloud.outputs['app'] ?? {};
    await cloud.call('s3', 'PutObject', { Bucket, Key: 'set/t.txt', Body: Buffer.from('learned') });
    const client = new SageMakerClient(clientOf(cloud));
    const Image = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:cafe';
    await client.send(
      new CreateTrainingJobCommand({
        TrainingJobName: 'job',
        RoleArn,
        AlgorithmSpecification: { TrainingImage: Image, TrainingInputMode: 'File' },
        InputDataConfig: [
          { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${Bucket}/set/` } } },
        ],
        OutputDataConfig: { S3OutputPath: `s3://${Bucket}/models` },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      }),
    );
    await cloud.idle();
    const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: 'job' }));
    expect(job).toMatchObject({
      TrainingJobStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: `s3://${Bucket}/models/job/output/model.tar.gz` },
    });
    expect(Math.abs((job.CreationTime?.getTime() ?? 0) - cloud.clock.now())).toBeLessThan(60_000);
    await client.send(
      new CreateModelCommand({
        ModelName: 'm',
        ExecutionRoleArn: RoleArn,
        PrimaryContainer: { Image, ModelDataUrl: job.ModelArtifacts?.S3ModelArtifacts },
      }),
    );
    const ServerlessConfig = { MemorySizeInMB: 1024, MaxConcurrency: 2 };
    await client.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'c',
        ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'm', ServerlessConfig }],
      }),
    );
    await client.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' }));
    await cloud.idle();
    expect((await client.send(new DescribeEndpointCommand({ EndpointName: 'e' }))).EndpointStatus).toBe('InService');

    const runtime = new SageMakerRuntimeClient({ ...clientOf(cloud), maxAttempts: 1 });
    const invoke = new InvokeEndpointCommand({ EndpointName: 'e', ContentType: 'application/json', Body: '{}' });
    expect(Buffer.from((await runtime.send(invoke)).Body).toString()).toBe('learned');
    await cloud.containers.stop('e');
    await expect(runtime.send(invoke)).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 503 });
    await cloud.containers.start('e');
    expect(Buffer.from((await runtime.send(invoke)).Body).toString()).toBe('learned');
    const pid = cloud.containers.list()[0]?.pid ?? 0;
    expect(() => process.kill(pid, 0)).not.toThrow();
    await cloud.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
