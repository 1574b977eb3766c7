import { afterEach, expect } from 'vitest';
import { startWallClock } from '../../local/clock.ts';
import { readImageProgram } from '../../local/sagemaker/dockerfile.ts';
import { packFolder } from '../../local/sagemaker/model-archive.ts';
import { createSageMaker } from '../../local/sagemaker/sagemaker.ts';
import type { SageMaker } from '../../local/sagemaker/sagemaker.ts';
import { AwsError } from '../../local/service.ts';
import type { Dispatch } from '../../local/service.ts';
import { forgetful } from '../../local/state/state.ts';
import type { State } from '../../local/state/state.ts';
import { folderOf, removeFolders } from './support/function-folder.ts';

export const dockerfile = `# the image
FROM public.ecr.aws/docker/library/node:24-slim
WORKDIR /opt/program
COPY . .
ENV GREETING="hello there" MODE=x
ENTRYPOINT ["node", \\
  "main.mjs"]
`;

/** Trains by copying its input; serves what the request's \`do\` asks for. */
export const main = `
import { existsSync, mkdirSync, readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
const dir = process.env.OPT_ML_DIR;
if (process.argv[2] === 'train') {
  const settings = JSON.parse(readFileSync(dir + '/input/config/hyperparameters.json'));
  console.log('training with', JSON.stringify(settings));
  const checkpoints = dir + '/checkpoints';
  const earlier = existsSync(checkpoints) ? readdirSync(checkpoints) : undefined;
  if (settings.checkpoint) {
    console.log('found', JSON.stringify(earlier));
    if (earlier) { mkdirSync(checkpoints + '/deep', { recursive: true }); writeFileSync(checkpoints + '/deep/' + settings.checkpoint, settings.checkpoint); }
  }
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

export const image = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/assets:abc';
export const role = 'arn:aws:iam::000000000000:role/sagemaker';
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

const trainingData = (): Map<string, Uint8Array> =>
  new Map([
    ['data/set/train.jsonl', Buffer.from('{}')],
    ['data/models/v1/model.tar.gz', Buffer.from('tar')],
  ]);

interface EarlierRun {
  readonly state?: State;
  readonly objects?: Map<string, Uint8Array>;
  readonly image?: string;
}

export const startSageMaker = ({ state = forgetful, objects = trainingData(), image: known = image }: EarlierRun = {}) => {
  const context = folderOf({ Dockerfile: dockerfile, 'main.mjs': main });
  const callers = new Set<string>();
  const lines: string[] = [];
  const service = createSageMaker({
    clock: startWallClock(),
    dispatch: fakeS3(objects, callers),
    region: 'eu-west-1',
    accountId: '000000000000',
    callerOf: (arn) => ({ name: 'SageMakerRole', principal: arn }),
    programOf: (uri) => {
      if (uri !== known) throw new AwsError('ValidationException', `no image ${uri}`);
      return readImageProgram(context);
    },
    environmentOf: () => ({ AWS_REGION: 'eu-west-1' }),
    temporaryFolder: () => folderOf({}),
    statusDelayMs: 5,
    state,
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
