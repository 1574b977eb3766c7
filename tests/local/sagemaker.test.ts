import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, onTestFinished } from 'vitest';
import { startWallClock } from '../../local/clock.ts';
import { readImageProgram } from '../../local/sagemaker/dockerfile.ts';
import { packFolder, unpackInto } from '../../local/sagemaker/model-archive.ts';
import { createSageMaker } from '../../local/sagemaker/sagemaker.ts';
import type { SageMaker } from '../../local/sagemaker/sagemaker.ts';
import { pathInChannel } from '../../local/sagemaker/storage.ts';
import { AwsError } from '../../local/service.ts';
import type { Dispatch } from '../../local/service.ts';
import { folderOf, removeFolders } from './support/function-folder.ts';

const dockerfile = `# the image
FROM public.ecr.aws/docker/library/node:24-slim
WORKDIR /opt/program
COPY . .
ENV GREETING="hello there" MODE=x
ENTRYPOINT ["node", \\
  "main.mjs"]
`;

/** Trains by copying its input; serves what the request's \`do\` asks for. */
const main = `
import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
const dir = process.env.OPT_ML_DIR;
if (process.argv[2] === 'train') {
  const settings = JSON.parse(readFileSync(dir + '/input/config/hyperparameters.json'));
  console.log('training with', JSON.stringify(settings));
  if (settings.fail) { writeFileSync(dir + '/output/failure', settings.fail); process.exit(1); }
  if (settings.hang) { process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); }
  else {
    const channels = Object.keys(JSON.parse(readFileSync(dir + '/input/config/inputdataconfig.json')));
    const files = channels.flatMap((name) => readdirSync(dir + '/input/data/' + name).map((file) => name + '/' + file));
    writeFileSync(dir + '/model/model.json', JSON.stringify({ settings, files, greeting: process.env.GREETING, region: process.env.AWS_REGION }));
  }
} else {
  const model = JSON.parse(readFileSync(dir + '/model/model.json'));
  if (model.settings.broken) process.exit(4);
  createServer((request, response) => {
    if (request.url === '/ping') return response.end();
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const wish = JSON.parse(body);
      if (wish.do === 'crash') process.exit(9);
      if (wish.do === 'wait') return setTimeout(() => response.end('{}'), 300);
      if (wish.do === 'reject') { response.statusCode = 400; return response.end('not like this'); }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ model, wish, type: request.headers['content-type'] }));
    });
  }).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
}
`;

const image = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:abc';
const role = 'arn:aws:iam::000000000000:role/sagemaker';
const open: SageMaker[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()));
  removeFolders();
});

/** S3 as far as it is needed: objects by `bucket/key`. */
const fakeS3 = (objects: Map<string, Uint8Array>, callers: Set<string>): Dispatch => {
  return ({ action, input, caller }) => {
    callers.add(caller.name);
    const address = `${String(input['Bucket'])}/${String(input['Key'] ?? input['Prefix'])}`;
    if (action === 'PutObject') objects.set(address, input['Body'] as Uint8Array);
    if (action === 'GetObject' && !objects.has(address)) return Promise.reject(new AwsError('NoSuchKey', 'none', 404));
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(address))
      .map((key) => ({ Key: key.slice(key.indexOf('/') + 1) }));
    return Promise.resolve(action === 'ListObjectsV2' ? { Contents: keys } : { Body: objects.get(address) });
  };
};

const startSageMaker = () => {
  const context = folderOf({ Dockerfile: dockerfile, 'main.mjs': main });
  const objects = new Map<string, Uint8Array>([
    ['data/set/train.jsonl', Buffer.from('{}')],
    ['data/models/v1/model.tar.gz', Buffer.from('tar')],
  ]);
  const callers = new Set<string>();
  const lines: string[] = [];
  const service = createSageMaker({
    clock: startWallClock(),
    dispatch: fakeS3(objects, callers),
    region: 'eu-west-1',
    accountId: '000000000000',
    callerOf: (arn) => ({ name: 'SageMakerRole', principal: arn }),
    programOf: (uri) => {
      if (uri !== image) throw new AwsError('ValidationException', `no image ${uri}`);
      return readImageProgram(context);
    },
    environmentOf: () => ({ AWS_REGION: 'eu-west-1' }),
    temporaryFolder: () => folderOf({}),
    statusDelayMs: 5,
    log: (line) => lines.push(line),
  });
  open.push(service);
  const call = (action: string, input: Record<string, unknown>) =>
    service.call({ caller: { name: 'operator', principal: 'p' }, service: 'sagemaker', action, input });
  const job = (name: string, members: Record<string, unknown> = {}) =>
    call('CreateTrainingJob', {
      TrainingJobName: name,
      AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
      RoleArn: role,
      InputDataConfig: [
        { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/set/' } } },
        {
          ChannelName: 'routing',
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/models/v1/model.tar.gz' } },
        },
      ],
      OutputDataConfig: { S3OutputPath: 's3://out/jobs/' },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      ...members,
    });
  const jobEnds = async (name: string) => {
    const status = async () => (await call('DescribeTrainingJob', { TrainingJobName: name }))['TrainingJobStatus'];
    await expect.poll(status, { timeout: 10_000 }).toMatch(/Completed|Failed|Stopped/);
    return call('DescribeTrainingJob', { TrainingJobName: name });
  };
  const model = async (settings: Record<string, unknown> = {}, variant: Record<string, unknown> = {}) => {
    const folder = folderOf({ 'model.json': JSON.stringify({ settings }) });
    objects.set('out/model.tar.gz', await packFolder(folder));
    await call('CreateModel', {
      ModelName: 'm1',
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: image, ModelDataUrl: 's3://out/model.tar.gz' },
    });
    const serverless = { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 1 } };
    const variants = [{ VariantName: 'AllTraffic', ModelName: 'm1', ...serverless, ...variant }];
    await call('CreateEndpointConfig', { EndpointConfigName: 'c1', ProductionVariants: variants });
    return call('CreateEndpoint', { EndpointName: 'e1', EndpointConfigName: 'c1' });
  };
  const statusOf = async () => (await call('DescribeEndpoint', { EndpointName: 'e1' }))['EndpointStatus'];
  const endpointBecomes = async (status: string) => {
    await expect.poll(statusOf, { timeout: 15_000 }).toBe(status);
  };
  const invoke = async (wish: unknown) => {
    const reply = await call('InvokeEndpoint', {
      EndpointName: 'e1',
      ContentType: 'application/json',
      Body: Buffer.from(JSON.stringify(wish)),
    });
    return { ...reply, value: JSON.parse(Buffer.from(reply['Body'] as Uint8Array).toString()) as unknown };
  };
  return { service, call, job, jobEnds, model, endpointBecomes, invoke, objects, callers, lines, context };
};

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

describe('an endpoint', () => {
  test('is created from a model, answers, and goes', async () => {
    const { model, call, endpointBecomes, invoke } = startSageMaker();
    await model({ version: '12' });
    expect(await call('DescribeEndpoint', { EndpointName: 'e1' })).toMatchObject({ EndpointStatus: 'Creating' });
    await expect(invoke({})).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Endpoint e1 of account 000000000000 not found.',
    });
    await expect(call('DeleteEndpoint', { EndpointName: 'e1' })).rejects.toThrow('Cannot update in-progress endpoint');
    await endpointBecomes('InService');
    expect(await invoke({ a: 1 })).toMatchObject({
      ContentType: 'application/json',
      InvokedProductionVariant: 'AllTraffic',
      value: { model: { settings: { version: '12' } }, wish: { a: 1 }, type: 'application/json' },
    });
    await call('DeleteEndpoint', { EndpointName: 'e1' });
    const describes = () => call('DescribeEndpoint', { EndpointName: 'e1' }).then(() => 'there', String);
    await expect.poll(describes).toContain('Could not find endpoint "arn:aws:sagemaker:eu-west-1:000000000000:endpoint/e1"');
  });

  test('passes on what the container refuses, as a model error', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await expect(invoke({ do: 'reject' })).rejects.toMatchObject({
      code: 'ModelError',
      status: 424,
      members: { OriginalStatusCode: 400, OriginalMessage: 'not like this' },
    });
  });

  test('throttles over its maximum concurrency', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    const [first, second] = await Promise.allSettled([invoke({ do: 'wait' }), invoke({})]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'ThrottlingException', status: 429 } });
  });

  test('takes at most 4 MB where it is serverless', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await expect(invoke('x'.repeat(4 * 1024 * 1024))).rejects.toMatchObject({ code: 'ValidationError' });
  });

  test('starts a container that crashed again; calls fail meanwhile', async () => {
    const { model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await expect(invoke({ do: 'crash' })).rejects.toMatchObject({ code: 'ModelError', members: { OriginalStatusCode: 503 } });
    await expect(invoke({})).rejects.toMatchObject({ code: 'ModelError' });
    await expect.poll(() => invoke({}).then(({ value }) => value, String), { timeout: 10_000 }).toMatchObject({ wish: {} });
  });

  test('is taken down and back by hand', async () => {
    const { service, model, endpointBecomes, invoke } = startSageMaker();
    await model();
    await endpointBecomes('InService');
    await service.containers.stop('e1');
    expect(service.containers.list()).toEqual([{ endpointName: 'e1', state: 'stopped' }]);
    await expect(invoke({})).rejects.toMatchObject({ code: 'ModelError' });
    await service.containers.start('e1');
    expect(service.containers.list()).toEqual([{ endpointName: 'e1', state: 'running', pid: expect.any(Number) }]);
    expect(await invoke({})).toMatchObject({ value: { wish: {} } });
  });

  test('whose container ends before its first ping has failed', async () => {
    const { model, call, endpointBecomes } = startSageMaker();
    await model({ broken: true });
    await endpointBecomes('Failed');
    expect(await call('DescribeEndpoint', { EndpointName: 'e1' })).toMatchObject({
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
  });

  test('of two variants, of a missing model or with an unknown member is refused', async () => {
    const { model, call } = startSageMaker();
    await expect(model({}, { ModelName: 'none' })).rejects.toThrow('Could not find model');
    const config = (members: Record<string, unknown>) => call('CreateEndpointConfig', { EndpointConfigName: 'c', ...members });
    await expect(config({ ProductionVariants: [{}, {}] })).rejects.toThrow('one variant');
    await expect(config({ ShadowProductionVariants: [{}] })).rejects.toThrow('ShadowProductionVariants');
    await expect(call('UpdateEndpoint', {})).rejects.toThrow('UpdateEndpoint');
    await expect(call('CreateProject', {})).rejects.toThrow('sagemaker:CreateProject');
  });
});

describe('lists', () => {
  test('are filtered by name and cut into pages, newest first', async () => {
    const { call } = startSageMaker();
    const names = Array.from({ length: 12 }, (_, index) => `app-routing-v${index}`);
    for (const ModelName of [...names, 'other']) {
      await call('CreateModel', { ModelName, ExecutionRoleArn: role, PrimaryContainer: { Image: image } });
    }
    const first = await call('ListModels', { NameContains: 'ROUTING' });
    expect(first['Models']).toHaveLength(10);
    const second = await call('ListModels', { NameContains: 'ROUTING', NextToken: first['NextToken'] });
    expect(second).not.toHaveProperty('NextToken');
    const listed = [...(first['Models'] as { ModelName: string }[]), ...(second['Models'] as { ModelName: string }[])];
    expect(listed.map(({ ModelName }) => ModelName).sort()).toEqual(names.sort());
    await call('DeleteModel', { ModelName: 'other' });
    await expect(call('DescribeModel', { ModelName: 'other' })).rejects.toThrow('Could not find model');
  });

  test('of tags grow and are replaced by key', async () => {
    const { call } = startSageMaker();
    const { ModelArn } = await call('CreateModel', {
      ModelName: 'm',
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: image },
      Tags: [{ Key: 'a', Value: '1' }],
    });
    await call('AddTags', {
      ResourceArn: ModelArn,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    });
    expect(await call('ListTags', { ResourceArn: ModelArn })).toEqual({
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    });
  });
});

describe('a Dockerfile', () => {
  const read = (text: string) => readImageProgram(folderOf({ Dockerfile: text }));

  test('gives entry point and variables', () => {
    expect(read(dockerfile)).toMatchObject({
      entrypoint: ['node', 'main.mjs'],
      environment: { GREETING: 'hello there', MODE: 'x' },
    });
  });

  test.each([
    ['RUN npm ci', 'RUN is not carried out locally'],
    ['COPY src dst', 'only `COPY . .`'],
    ['USER node', 'USER is not carried out locally'],
    ['ENTRYPOINT node main.mjs', 'exec form'],
    ['ENTRYPOINT ["python3", "main.py"]', 'starts python3'],
    ['ENV A=$B', 'ENV NAME=value'],
  ])('with %j is refused', (line, text) => {
    expect(() => read(`FROM node\nENTRYPOINT ["node","main.mjs"]\n${line}`)).toThrow(text);
  });

  test('without an entry point is refused', () => {
    expect(() => read('FROM node')).toThrow('no ENTRYPOINT');
  });
});

test('a folder packs to the same bytes whenever its files were written', async () => {
  const files = { 'b.bin': 'b', 'a.json': '{}' };
  const [first, second] = [folderOf(files), folderOf({ 'a.json': '{}', 'b.bin': 'b' })];
  mkdirSync(join(first, 'sub'));
  mkdirSync(join(second, 'sub'));
  for (const folder of [first, second]) writeFileSync(join(folder, 'sub', 'c'), 'c'.repeat(100_000));
  const packed = await packFolder(first);
  expect(Buffer.compare(packed, await packFolder(second))).toBe(0);
  const target = folderOf({});
  await unpackInto(packed, target);
  expect(Buffer.compare(packed, await packFolder(target))).toBe(0);
});

test.each([
  ['set/', 'set/train/a.jsonl', 'train/a.jsonl'],
  ['set', 'set/a.jsonl', 'a.jsonl'],
  ['models/v1/model.tar.gz', 'models/v1/model.tar.gz', 'model.tar.gz'],
  ['set/part-', 'set/part-1', 'part-1'],
  ['', 'a', 'a'],
])('a channel of the prefix %j gets %j as %j', (prefix, key, path) => {
  expect(pathInChannel(prefix, key)).toBe(path);
});

test('a container does not outlive a local cloud that was killed, and its files are removed', async () => {
  const context = folderOf({ 'main.mjs': 'console.log(process.pid); setInterval(() => {}, 1000);' });
  const temporary = mkdtempSync(join(tmpdir(), 'local-cloud-test-'));
  const source = fileURLToPath(new URL('../../local/sagemaker/container-process.ts', import.meta.url));
  const script = `import { startContainer } from ${JSON.stringify(source)};
    startContainer({ program: { folder: ${JSON.stringify(context)}, entrypoint: ['node', 'main.mjs'], environment: {} }, command: 'serve',
      environment: {}, temporaryFolder: ${JSON.stringify(temporary)}, log: (line) => console.log(line) });`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString()))),
  );
  const runs = (): boolean => {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    // A process that has ended stays known until somebody reaps it; Linux says so.
    const status = `/proc/${pid}/stat`;
    return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'));
  };
  expect(runs()).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(runs, { timeout: 5000 }).toBe(false);
  await expect.poll(() => existsSync(temporary), { timeout: 5000 }).toBe(false);
  rmSync(temporary, { recursive: true, force: true });
});
