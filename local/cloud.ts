import { randomBytes } from 'node:crypto';
import { createCallers } from './assembly/callers.ts';
import { readCloudAssembly } from './assembly/cloud-assembly.ts';
import { startResponseServer } from './assembly/custom-resources.ts';
import { deployAssembly } from './assembly/deploy.ts';
import type { Deployment } from './assembly/deploy.ts';
import { createResourceMaker } from './assembly/make-resource.ts';
import type { Engines } from './assembly/make-resource.ts';
import { refuseUnsupportedTypes } from './assembly/resource-types.ts';
import { placeOf } from './assembly/place.ts';
import type { DeployedValues } from './assembly/stack-scope.ts';
import { startWallClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createControlApi } from './control/control-api.ts';
import { CONTROL_PATH } from './control/control-path.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEventBridge } from './events.ts';
import { createFaults } from './faults/faults.ts';
import type { Faults } from './faults/faults.ts';
import { startFrontDoor } from './front-door.ts';
import type { Gateway } from './gateway.ts';
import { guarded } from './iam/guard.ts';
import { createIam } from './iam/iam.ts';
import type { Iam } from './iam/iam.ts';
import type { Credentials } from './lambda/function-environment.ts';
import { createLambda } from './lambda/lambda.ts';
import { createClockRunner } from './run-clock.ts';
import type { ClockRunner } from './run-clock.ts';
import { createS3 } from './s3/s3.ts';
import { containerEnvironment } from './sagemaker/container-environment.ts';
import type { Containers } from './sagemaker/endpoints.ts';
import { knownImages } from './sagemaker/known-images.ts';
import { createSageMaker } from './sagemaker/sagemaker.ts';
import type { SageMaker } from './sagemaker/sagemaker.ts';
import type { SageMakerQuotas } from './sagemaker/quotas.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import type { Caller } from './service.ts';
import { createSns } from './sns.ts';
import { createSqs } from './sqs.ts';
import { continueClock } from './state/continued-clock.ts';
import { openState } from './state/disk-state.ts';
import { forgetful, whenWritten } from './state/state.ts';
import { createStepFunctions } from './states/step-functions.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { countCalls, untilIdle } from './under-way.ts';

export interface LocalCloudOptions {
  /** Folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** Of the gateway; 0 takes a free one. */
  readonly port: number;
  /** Log lines of functions, containers and the local cloud itself. */
  readonly log?: (line: string) => void;
  /** @default a clock at wall speed */
  readonly clock?: Clock;
  /** Folder that keeps everything between runs. @default nothing outlives `close` */
  readonly state?: string;
  /** Environments of one function that this machine has room for. @default 10 */
  readonly maxEnvironments?: number;
  /** Quotas of the account that AWS sets for each account anew. */
  readonly quotas?: {
    /** Invocations of all functions at a time. @default 1000 */
    readonly functionConcurrency?: number;
    readonly sagemaker?: SageMakerQuotas;
  };
  /** How long a status of training jobs and endpoints lasts that waits for nothing. @default 100 */
  readonly statusDelayMs?: number;
  /** Whether `iam.recording` keeps every distinct request, to ask afterwards what each statement is good for. @default forgotten */
  readonly requests?: 'recorded' | 'forgotten';
}

export interface LocalCloud extends ClockRunner {
  /** The one gateway, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** Output values by stack and key. */
  readonly outputs: Deployment['outputs'];
  /** What `Ref` and `Fn::GetAtt` give for each resource, by `stack/logicalId`. */
  readonly resources: ReadonlyMap<string, DeployedValues>;
  /** The engines, for who wants to look inside: what waits in a queue, what lies in a bucket. */
  readonly engines: Engines & { readonly sagemaker: SageMaker };
  /** Containers behind endpoints, to take them down and back. */
  readonly containers: Containers;
  /** Credentials of a person or program by name. */
  credentials(callerName: string): Credentials;
  /** A call without HTTP, as a person or program by name. @default operator */
  call(
    service: string,
    action: string,
    input: Readonly<Record<string, unknown>>,
    callerName?: string,
  ): Promise<Record<string, unknown>>;
  /** Errors, latency, lost answers and deaths on request. */
  readonly faults: Faults;
  /** Requests by caller, service and action since the start. */
  counts(): ReturnType<Gateway['counts']>;
  /** The statements of the stacks' policies with what each was good for, and what was refused. */
  readonly iam: Pick<Iam, 'statements' | 'usedStatements' | 'refusals' | 'recording'>;
  /**
   * Resolves when nothing is under way: no message waits in or is taken from a queue that is polled, no function, delivery, execution,
   * job or change of an endpoint is running. What waits for the clock does not count.
   */
  idle(): Promise<void>;
  /** What a later `cdk deploy` of the same app does to its custom resources. */
  redeploy(): Promise<void>;
  /** What `cdk destroy` does: custom resources are deleted, the last first, and polling ends. */
  destroy(): Promise<void>;
  /** The token that opens `POST /_local/…` at the endpoint, for the command line and whoever else may look inside and lay hands on it. */
  readonly controlToken: string;
  /** Stops everything: ports, workers, children, timers, temporary folders. */
  close(): Promise<void>;
}

/**
 * Runs what `cdk synth` wrote on this machine.
 * @throws UnsupportedError naming what the local cloud does not know, before anything of it starts
 * @throws AssemblyError if the assembly cannot be read or deployed
 * @throws PortInUseError
 * @throws StateError where the folder for the state is in use, or another app's
 */
export const startLocalCloud = async (options: LocalCloudOptions): Promise<LocalCloud> => {
  const { log = () => undefined } = options;
  const assembly = readCloudAssembly(options.assembly);
  refuseUnsupportedTypes(assembly.stacks);
  const place = placeOf(assembly);
  const { region, accountId } = place;
  const stacks = assembly.stacks.map(({ name }) => name);
  const disk = options.state === undefined ? undefined : openState(options.state, { stacks, ...place }, log);
  const state = disk ?? forgetful;
  const givenClock = options.clock ?? startWallClock();
  const clock = disk ? await continueClock(givenClock, disk, options.clock ? 'stood-still' : 'wall-time-passed') : givenClock;
  const callers = createCallers();
  const temporary = createTemporaryFolder();
  const faults = createFaults({
    killFunction: (traceId, death) => engines.lambda.kill(traceId, death),
    crashContainer: (endpointName) => sagemaker.containers.crash(endpointName),
    partitionsOf: (call) => engines.dynamodb.partitionsOf(call),
    clock,
    knownNames: () => ({
      actions: gateway.actions(),
      callers: new Set([...callers.names(), ...gateway.counts().map(({ caller }) => caller)]),
    }),
  });
  const underWay = countCalls(faults);
  const iam = createIam({ region, accountId, clock, ...(options.requests && { requests: options.requests }) });
  const gateway = await startFrontDoor({
    port: options.port,
    callers,
    place,
    log,
    around: guarded(iam.guard, underWay.around),
    ...(disk && { written: disk.written }),
  }).catch((error: unknown) => {
    disk?.close();
    throw error;
  });
  const responses = await startResponseServer();
  const { dispatch, endpoint } = gateway;

  const base = { clock, dispatch, region, accountId, log, state };
  const sagemaker = createSageMaker({
    ...base,
    callerOf: (roleArn) => ({ ...callers.callerOfRole(roleArn), assumedBy: 'sagemaker.amazonaws.com' }),
    programOf: knownImages(assembly.images, state),
    environmentOf: (caller) => containerEnvironment(callers.credentialsOf(caller), region, endpoint),
    temporaryFolder: temporary.path,
    ...(options.quotas?.sagemaker && { quotas: options.quotas.sagemaker }),
    ...(options.statusDelayMs !== undefined && { statusDelayMs: options.statusDelayMs }),
  });
  const engines = {
    sqs: createSqs({ clock, region, accountId, endpoint: () => endpoint, state }),
    sns: createSns(base),
    events: createEventBridge(base),
    dynamodb: createDynamoDb({ clock, region, accountId, state }),
    s3: createS3({ clock, state }),
    lambda: createLambda({
      ...base,
      endpoint,
      responseEndpoint: responses.endpoint,
      credentialsOf: callers.credentialsOf,
      ...(options.maxEnvironments !== undefined && { maxEnvironments: options.maxEnvironments }),
      ...(options.quotas?.functionConcurrency !== undefined && { concurrencyQuota: options.quotas.functionConcurrency }),
    }),
    states: createStepFunctions(base),
    scheduler: createScheduler(base),
    sagemaker,
  };
  for (const engine of Object.values(engines)) gateway.register(engine);

  const close = once(async () => {
    // First of all: what ends because the cloud ends is no part of the state.
    disk?.close();
    faults.clear();
    engines.scheduler.close();
    engines.events.close();
    engines.sns.close();
    await Promise.all([engines.lambda.close(), sagemaker.close(), engines.states.close()]);
    engines.sqs.close();
    engines.dynamodb.close();
    engines.s3.close();
    await Promise.all([gateway.close(), responses.close()]);
    temporary.remove();
  });

  const { jumpUntilDone, ...runner } = createClockRunner(
    clock,
    () => underWay.count() + engines.lambda.computing() + engines.sagemaker.computing() > 0,
  );
  const make = createResourceMaker({
    assembly,
    place,
    engines,
    callers,
    iam,
    dispatch,
    responses,
    untilAnswered: (response) => jumpUntilDone(response, () => engines.states.running() > 0),
    temporaryFolder: temporary.path,
    state,
  });
  // In a new state nothing is under way that would have to wait for the stacks.
  if (!disk?.lastTime) disk?.release();
  const deployment = await deployAssembly(assembly, place, make).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  await engines.sagemaker.resume();
  disk?.release();
  const made = [...deployment.resources.values()];
  const operator = (name: string): Caller => ({ name, principal: `arn:aws:iam::${accountId}:user/${name}` });

  const cloud: Omit<LocalCloud, 'controlToken'> = {
    endpoint,
    region,
    accountId,
    clock,
    outputs: deployment.outputs,
    resources: deployment.resources,
    engines,
    containers: sagemaker.containers,
    credentials: (name) => callers.credentialsOf(operator(name)),
    call: (service, action, input, name = 'operator') =>
      whenWritten(dispatch({ caller: operator(name), service, action, input }), disk?.written),
    counts: gateway.counts,
    iam,
    ...runner,
    faults,
    idle: () => untilIdle(engines),
    redeploy: async () => {
      for (const resource of made) await resource.update?.();
    },
    destroy: async () => {
      for (const resource of made.toReversed()) await resource.destroy?.();
    },
    close,
  };
  const controlToken = randomBytes(24).toString('base64url');
  gateway.mount(CONTROL_PATH, createControlApi(cloud, controlToken));
  return { ...cloud, controlToken };
};

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
};
