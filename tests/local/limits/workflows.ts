import { startSteppedClock } from '../../../local/clock.ts';
import type { sagemakerLimits } from '../../../local/sagemaker/limits.ts';
import { createSageMaker } from '../../../local/sagemaker/sagemaker.ts';
import type { schedulerLimits } from '../../../local/scheduler/limits.ts';
import { createScheduler } from '../../../local/scheduler/scheduler.ts';
import { AwsError } from '../../../local/service.ts';
import type { statesLimits } from '../../../local/states/limits.ts';
import { startSageMaker as startContainers } from '../sagemaker-fixture.ts';
import { one, settle, startEngine } from '../states-run.ts';
import type { Proofs } from './proof.ts';
import { operator, place } from './proof.ts';

type Input = Readonly<Record<string, unknown>>;

const text = (length: number): string => 'x'.repeat(Math.max(0, length));
const textsOf = (count: number, make: (index: number) => string = (index) => `k${index}`): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [make(index), 'v']));

const define = (definition: object, name = 'machine'): void => {
  startEngine().create(definition, name);
};
/** A Map's processor; names of states are unique in the whole machine. */
const inner = (state: object): object => ({ StartAt: 'Each', States: { Each: { ...state, End: true } } });

const pass = one({ Type: 'Pass' });

const start = async (input: Input): Promise<unknown> => {
  const engine = startEngine();
  return engine.api('StartExecution', { stateMachineArn: engine.create(pass), ...input });
};

/** An execution that failed, as an error. */
const run = async (definition: object, input?: unknown, advanceMs?: number): Promise<void> => {
  const { error } = await startEngine().run(definition, input, advanceMs);
  if (error !== undefined) throw new AwsError(error, error);
};

const answering = async (action: string, input: Input): Promise<unknown> => {
  const engine = startEngine();
  const resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
  await engine.start(one({ Type: 'Task', Resource: resource, Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' } }));
  return engine.api(action, { taskToken: engine.calls[0]?.input['MessageBody'], ...input });
};

const stop = async (input: Input): Promise<unknown> => {
  const engine = startEngine();
  return engine.api('StopExecution', { executionArn: await engine.start(one({ Type: 'Wait', Seconds: 60 })), ...input });
};

/** Iterations of a Map that that begin although none ever ends. */
const mapOf = async (count: number, config: object): Promise<string | undefined> => {
  const engine = startEngine(() => new Promise(() => undefined));
  const call = inner({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessage' });
  await engine.start(
    one({ Type: 'Map', ItemProcessor: { ...config, ...call } }),
    Array.from({ length: count }, () => 0),
  );
  for (let turn = 0; turn < 20; turn++) await settle();
  const begun = engine.calls.length;
  await engine.states.close();
  return begun < count ? 'instead' : undefined;
};

const loop = async (events: number): Promise<void> => {
  // Start and end, two events of the last state, and four each time around.
  const rounds = Math.ceil((events - 4) / 4);
  const engine = startEngine();
  const machine = {
    StartAt: 'Count',
    States: {
      Count: { Type: 'Pass', Parameters: { 'left.$': 'States.MathAdd($.left, -1)' }, Next: 'More' },
      More: { Type: 'Choice', Choices: [{ Variable: '$.left', NumericGreaterThan: 0, Next: 'Count' }], Default: 'Done' },
      Done: { Type: 'Succeed' },
    },
  };
  const arn = await engine.start(machine, { left: rounds });
  while ((await engine.describe(arn)).status === 'RUNNING') await settle();
  const { error } = await engine.describe(arn);
  await engine.states.close();
  if (error !== undefined) throw new AwsError(error, error);
};

export const statesProofs: Proofs<typeof statesLimits> = {
  name: (n) => start({ name: text(n) }),
  definition: (n) => define({ Comment: text(n - JSON.stringify({ Comment: '', ...pass }).length), ...pass }),
  stateName: (n) => define({ StartAt: text(n), States: { [text(n)]: { Type: 'Succeed' } } }),
  label: (n) =>
    define(
      one({
        Type: 'Map',
        Label: text(n),
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inner({ Type: 'Pass' }) },
      }),
    ),
  timeout: (n) => define({ TimeoutSeconds: n, ...pass }),
  maxAttempts: (n) => define(retrying({ MaxAttempts: n })),
  maxDelay: (n) => define(retrying({ MaxDelaySeconds: n })),
  input: (n) => start({ input: JSON.stringify(text(n - 2)) }),
  payload: (n) => run(one({ Type: 'Pass', Parameters: { 'a.$': '$.a', b: text(n - 100_015) } }), { a: text(100_000) }),
  taskOutput: (n) => answering('SendTaskSuccess', { output: JSON.stringify(text(n - 2)) }),
  taskError: (n) => answering('SendTaskFailure', { error: text(n) }),
  taskCause: (n) => answering('SendTaskFailure', { cause: text(n) }),
  stopError: (n) => stop({ error: text(n) }),
  stopCause: (n) => stop({ cause: text(n) }),
  history: loop,
  duration: async (n) => run(one({ Type: 'Wait', Seconds: n - 1 }), {}, n * 1000),
  page: (n) => startEngine().api('ListStateMachines', { maxResults: n }),
  inlineConcurrency: (n) => mapOf(n, {}),
  childConcurrency: (n) => mapOf(n, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }),
};

const retrying = (retrier: object): object =>
  one({
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessage',
    Retry: [{ ErrorEquals: ['States.ALL'], ...retrier }],
  });

const startScheduler = () => createScheduler({ clock: startSteppedClock(0), ...place, dispatch: () => Promise.resolve({}) });

const schedule = (properties: Input, target: Input = {}, name = 's'): unknown => {
  const scheduler = startScheduler();
  const made = scheduler.createSchedule({
    name,
    properties: {
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:sqs:eu-central-1:000000000000:q',
        RoleArn: 'arn:aws:iam::000000000000:role/s',
        ...target,
      },
      ...properties,
    },
  });
  scheduler.close();
  return made;
};

export const schedulerProofs: Proofs<typeof schedulerLimits> = {
  name: (n) => schedule({}, {}, text(n)),
  expression: (n) => schedule({ ScheduleExpression: padded(n) }),
  description: (n) => schedule({ Description: text(n) }),
  input: (n) => schedule({}, { Input: JSON.stringify(text(n - 2)) }),
  window: (n) => schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: n } }),
  retryAttempts: (n) => schedule({}, { RetryPolicy: { MaximumRetryAttempts: n } }),
  eventAge: (n) => schedule({}, { RetryPolicy: { MaximumEventAgeInSeconds: n } }),
  groups: (n) => {
    const scheduler = startScheduler();
    // The group `default` is there already.
    for (let made = 1; made < n; made++) scheduler.createScheduleGroup({ name: `g${made}` });
    scheduler.close();
  },
};

const padded = (length: number): string => `cron(0 2 * *${' '.repeat(length - 'cron(0 2 * *? *)'.length)}? *)`;

const roleArn = 'arn:aws:iam::000000000000:role/models';
const image = 'image:tag';

const startSageMaker = () => {
  const service = createSageMaker({
    clock: startSteppedClock(0),
    ...place,
    dispatch: () => Promise.resolve({}),
    callerOf: (principal) => ({ name: 'models', principal }),
    programOf: () => ({ folder: '/none', entrypoint: ['node'], environment: {} }),
    environmentOf: () => ({}),
    temporaryFolder: () => '/none',
  });
  const call = (action: string, input: Input) => service.call({ caller: operator, service: 'sagemaker', action, input });
  return { service, call };
};

/** The clock stands still: what was created stays in its first status, and starts no program. */
const once = async (action: string, input: Input): Promise<void> => {
  const { service, call } = startSageMaker();
  try {
    await call(action, input);
  } finally {
    await service.close();
  }
};

const model = (container: Input, name = 'm', more: Input = {}) =>
  once('CreateModel', { ModelName: name, ExecutionRoleArn: roleArn, PrimaryContainer: { Image: image, ...container }, ...more });

const channel = (ChannelName: string) => ({
  ChannelName,
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://b/k' } },
});
const job = (members: Input) =>
  once('CreateTrainingJob', {
    TrainingJobName: 'j',
    RoleArn: roleArn,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: 's3://b/out' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    ...members,
  });

/** Endpoints of so much concurrency each. */
const serve = async (concurrencies: readonly number[]): Promise<void> => {
  const { service, call } = startSageMaker();
  try {
    await call('CreateModel', { ModelName: 'm', ExecutionRoleArn: roleArn, PrimaryContainer: { Image: image } });
    for (const [index, MaxConcurrency] of concurrencies.entries()) {
      const ServerlessConfig = { MemorySizeInMB: 1024, MaxConcurrency };
      const ProductionVariants = [{ VariantName: 'all', ModelName: 'm', ServerlessConfig }];
      await call('CreateEndpointConfig', { EndpointConfigName: `c${index}`, ProductionVariants });
      await call('CreateEndpoint', { EndpointName: `e${index}`, EndpointConfigName: `c${index}` });
    }
  } finally {
    await service.close();
  }
};

/** Asks a container that answers with little, whatever it is sent. */
const ask = async (bytes: number, variant: Input): Promise<void> => {
  const { model: serveModel, endpointBecomes, call } = startContainers();
  await serveModel({}, variant);
  await endpointBecomes('InService');
  const body = (pad: string): string => JSON.stringify({ do: 'wait', pad });
  await call('InvokeEndpoint', { EndpointName: 'e1', Body: Buffer.from(body(text(bytes - body('').length))) });
};

export const sagemakerProofs: Proofs<typeof sagemakerLimits> = {
  name: (n) => model({}, text(n)),
  modelVariables: (n) => model({ Environment: textsOf(n) }),
  modelVariable: (n) => model({ Environment: { NAME: text(n) } }),
  jobVariables: (n) => job({ Environment: textsOf(n) }),
  jobVariable: (n) => job({ Environment: { [text(n)]: 'v' } }),
  hyperParameters: (n) => job({ HyperParameters: textsOf(n) }),
  hyperParameterName: (n) => job({ HyperParameters: { [text(n)]: 'v' } }),
  hyperParameter: (n) => job({ HyperParameters: { name: text(n) } }),
  channels: (n) => job({ InputDataConfig: Array.from({ length: n }, (_, index) => channel(`c${index}`)) }),
  channelName: (n) => job({ InputDataConfig: [channel(text(n))] }),
  maxRuntime: (n) => job({ StoppingCondition: { MaxRuntimeInSeconds: n } }),
  tags: (n) => model({}, 'm', { Tags: Array.from({ length: n }, (_, index) => ({ Key: `k${index}`, Value: 'v' })) }),
  serverlessConcurrency: (n) => serve([n]),
  totalConcurrency: (n) => serve([100, n - 100]),
  serverlessEndpoints: (n) => serve(Array.from({ length: n }, () => 1)),
  serverlessBody: (n) => ask(n, {}),
  body: (n) => ask(n, { ServerlessConfig: undefined, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }),
};
