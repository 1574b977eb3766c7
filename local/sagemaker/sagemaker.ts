import type { Clock } from '../clock.ts';
import { countSleeps } from '../run-clock.ts';
import { refuseBeyond } from '../limit.ts';
import { UnsupportedError } from '../service.ts';
import type { Caller, Dispatch, Service } from '../service.ts';
import { createContainerLogs } from './container-logs.ts';
import type { ImageProgram } from './dockerfile.ts';
import { createEndpoints } from './endpoints.ts';
import type { Containers, Endpoint, ServedModel } from './endpoints.ts';
import { listPage } from './listing.ts';
import { sagemakerLimits } from './limits.ts';
import { checkEndpointConfig, checkModel } from './model-request.ts';
import { describeRecorded, summaryOf } from './recorded.ts';
import type { Recorded } from './recorded.ts';
import { epochSeconds, listMember, nameMember, objectMember, requiredText, textsOf, validation } from './request.ts';
import type { Members } from './request.ts';
import { keptMap } from '../state/kept-map.ts';
import type { KeptMap } from '../state/kept-map.ts';
import { forgetful } from '../state/state.ts';
import type { State } from '../state/state.ts';
import type { SageMakerQuotas } from './quotas.ts';
import { createStorage } from './storage.ts';
import { createTrainingJobs } from './training-jobs.ts';

export interface SageMakerOptions {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly region: string;
  readonly accountId: string;
  /** Who acts where a request names a role. */
  readonly callerOf: (roleArn: string) => Caller;
  /** The program of an image, by its URI. @throws AwsError if there is no such image */
  readonly programOf: (image: string) => ImageProgram;
  /** Variables that every container of a role gets: credentials, region, endpoint. */
  readonly environmentOf: (caller: Caller) => Readonly<Record<string, string>>;
  /** Folder that this service may fill; asked for when it is first needed. */
  readonly temporaryFolder: () => string;
  /** How long a status lasts that waits for nothing. @default 100 */
  readonly statusDelayMs?: number;
  readonly quotas?: SageMakerQuotas;
  readonly log?: (line: string) => void;
  /** @default nothing outlives the run */
  readonly state?: State;
}

export interface SageMaker extends Service {
  readonly containers: Containers;
  /** Last lines that a training job’s program wrote, oldest first. */
  jobLogs(trainingJobName: string): readonly string[];
  /** Last lines that the container behind an endpoint wrote, oldest first; they stay when it is deleted. */
  endpointLogs(endpointName: string): readonly string[];
  /** Training jobs that run, endpoints that come or go, and invocations under way. */
  busy(): number;
  /** The same without those that only wait for the clock, and with containers that come up again. */
  computing(): number;
  /**
   * Goes on where the last run ended: containers of endpoints are started, jobs that were running start again from the beginning.
   * Resolves when the endpoints that were in service are so again.
   */
  resume(): Promise<void>;
  /** Ends every container. */
  close(): Promise<void>;
}

type Action = (input: Members) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** SageMaker's training jobs, models, endpoint configurations, endpoints and invocations. */
export const createSageMaker = (options: SageMakerOptions): SageMaker => {
  const {
    clock,
    dispatch,
    region,
    accountId,
    callerOf,
    programOf,
    environmentOf,
    temporaryFolder,
    log = () => undefined,
    state = forgetful,
  } = options;
  // ARNs of SageMaker are lower case.
  const arnOf = (kind: string, name: string): string => `arn:aws:sagemaker:${region}:${accountId}:${kind}/${name.toLowerCase()}`;
  const storage = createStorage(dispatch);
  const tags = keptMap<readonly Members[]>(state.section('sagemaker/tags'));
  const models = keptMap<Recorded>(state.section('sagemaker/models'));
  const configs = keptMap<Recorded>(state.section('sagemaker/endpoint-configs'));
  const counted = countSleeps(clock);
  const shared = {
    clock: counted.clock,
    state,
    storage,
    callerOf,
    programOf,
    environmentOf,
    temporaryFolder,
    arnOf,
    statusDelayMs: options.statusDelayMs ?? 100,
    quotas: options.quotas ?? {},
  };
  const jobLogs = createContainerLogs(log);
  const endpointLogs = createContainerLogs(log);
  const jobs = createTrainingJobs({ ...shared, log: jobLogs.add });

  const record = (kind: 'model' | 'endpoint-config', into: KeptMap<Recorded>, member: string, input: Members): Recorded => {
    const name = nameMember(input, member);
    const arn = arnOf(kind, name);
    const words = kind === 'model' ? 'model' : 'endpoint configuration';
    if (into.has(name)) throw validation(`Cannot create already existing ${words} "${arn}".`);
    const recorded = { name, arn, createdAtMs: clock.now(), members: input };
    into.set(name, recorded);
    return recorded;
  };

  const findRecorded = (kind: 'model' | 'endpoint-config', name: string): Recorded => {
    const recorded = (kind === 'model' ? models : configs).get(name);
    if (recorded) return recorded;
    throw validation(`Could not find ${kind === 'model' ? 'model' : 'endpoint configuration'} "${arnOf(kind, name)}".`);
  };

  const servedBy = (configName: string): ServedModel => {
    const [variant = {}] = listMember(findRecorded('endpoint-config', configName).members, 'ProductionVariants');
    const model = findRecorded('model', requiredText(variant, 'ModelName')).members;
    const container = objectMember(model, 'PrimaryContainer');
    const serverless = variant['ServerlessConfig'] === undefined ? undefined : objectMember(variant, 'ServerlessConfig');
    const modelDataUri = container['ModelDataUrl'];
    return {
      configName,
      variantName: requiredText(variant, 'VariantName'),
      roleArn: requiredText(model, 'ExecutionRoleArn'),
      image: requiredText(container, 'Image'),
      environment: textsOf(objectMember(container, 'Environment')),
      ...(typeof modelDataUri === 'string' && { modelDataUri }),
      ...(!serverless && {
        instances: { type: requiredText(variant, 'InstanceType'), count: Number(variant['InitialInstanceCount'] ?? 1) },
      }),
      ...(serverless && { serverless: { ...serverless, maxConcurrency: Number(serverless['MaxConcurrency']) } }),
    };
  };

  const endpoints = createEndpoints({ ...shared, accountId, servedBy, log: endpointLogs.add });

  const tagged = (reply: Record<string, unknown>, arn: unknown, input: Members): Record<string, unknown> => {
    if (typeof arn === 'string' && input['Tags']) tags.set(arn, listMember(input, 'Tags'));
    return reply;
  };

  const create = (input: Members, member: string, make: Action): Record<string, unknown> => {
    holdTags(listMember(input, 'Tags'));
    const reply = make(input) as Record<string, unknown>;
    return tagged(reply, reply[member], input);
  };

  const list = <Item extends { readonly name: string; readonly createdAtMs: number }>(
    action: string,
    member: string,
    items: Iterable<Item>,
    show: (item: Item) => Record<string, unknown>,
  ): Action => {
    return (input) => {
      const { page, nextToken } = listPage(action, items, input);
      return { [member]: page.map(show), ...(nextToken && { NextToken: nextToken }) };
    };
  };

  const actions: Readonly<Record<string, Action>> = {
    CreateTrainingJob: (input) => create(input, 'TrainingJobArn', (request) => jobs.create(request)),
    DescribeTrainingJob: (input) => jobs.describe(input),
    StopTrainingJob: (input) => jobs.stop(input),
    ListTrainingJobs: (input) =>
      list('ListTrainingJobs', 'TrainingJobSummaries', jobs.all(), (job) => jobs.summaryOf(job))(input),
    CreateModel: (input) =>
      create(input, 'ModelArn', (request) => {
        checkModel(request);
        programOf(requiredText(objectMember(request, 'PrimaryContainer'), 'Image'));
        return { ModelArn: record('model', models, 'ModelName', request).arn };
      }),
    DescribeModel: (input) => describeRecorded(findRecorded('model', requiredText(input, 'ModelName')), 'ModelArn'),
    DeleteModel: (input) => {
      models.delete(findRecorded('model', requiredText(input, 'ModelName')).name);
      return {};
    },
    ListModels: (input) => list('ListModels', 'Models', models.values(), (model) => summaryOf(model, 'Model'))(input),
    CreateEndpointConfig: (input) =>
      create(input, 'EndpointConfigArn', (request) => {
        checkEndpointConfig(request, (name) => findRecorded('model', name));
        return { EndpointConfigArn: record('endpoint-config', configs, 'EndpointConfigName', request).arn };
      }),
    DescribeEndpointConfig: (input) =>
      describeRecorded(findRecorded('endpoint-config', requiredText(input, 'EndpointConfigName')), 'EndpointConfigArn'),
    DeleteEndpointConfig: (input) => {
      configs.delete(findRecorded('endpoint-config', requiredText(input, 'EndpointConfigName')).name);
      return {};
    },
    ListEndpointConfigs: (input) =>
      list('ListEndpointConfigs', 'EndpointConfigs', configs.values(), (config) => summaryOf(config, 'EndpointConfig'))(input),
    CreateEndpoint: (input) => create(input, 'EndpointArn', (request) => endpoints.create(request)),
    DescribeEndpoint: (input) => endpoints.describe(input),
    DeleteEndpoint: (input) => endpoints.remove(input),
    ListEndpoints: (input) => list('ListEndpoints', 'Endpoints', endpoints.all(), endpointSummary)(input),
    InvokeEndpoint: (input) => endpoints.invoke(input),
    AddTags: (input) => {
      const arn = requiredText(input, 'ResourceArn');
      const added = listMember(input, 'Tags');
      const keys = new Set(added.map((tag) => tag['Key']));
      const all = [...(tags.get(arn) ?? []).filter((tag) => !keys.has(tag['Key'])), ...added];
      holdTags(all);
      tags.set(arn, all);
      return { Tags: all };
    },
    ListTags: (input) => ({ Tags: tags.get(requiredText(input, 'ResourceArn')) ?? [] }),
  };

  return {
    name: 'sagemaker',
    actions: new Set(Object.keys(actions)),
    call: async ({ action, input }) => {
      const carryOut = actions[action];
      if (!carryOut) throw new UnsupportedError(`sagemaker:${action} is not answered by the local cloud`);
      return carryOut(input);
    },
    containers: endpoints.containers,
    jobLogs: jobLogs.of,
    endpointLogs: endpointLogs.of,
    busy: () => jobs.running() + endpoints.busy(),
    computing: () => {
      const comingUp = endpoints.containers.list().filter(({ state }) => state === 'restarting');
      return jobs.running() + endpoints.busy() - counted.sleeping() + comingUp.length;
    },
    resume: async () => {
      jobs.resume();
      await endpoints.resume();
    },
    close: async () => {
      await Promise.all([jobs.close(), endpoints.close()]);
    },
  };
};

const holdTags = (tags: readonly Members[]): void =>
  refuseBeyond(sagemakerLimits.tags, tags.length, `A resource has at most ${sagemakerLimits.tags.most} tags`);

const endpointSummary = (endpoint: Endpoint): Record<string, unknown> => ({
  EndpointName: endpoint.name,
  EndpointArn: endpoint.arn,
  CreationTime: epochSeconds(endpoint.createdAtMs),
  LastModifiedTime: epochSeconds(endpoint.modifiedAtMs),
  EndpointStatus: endpoint.status,
});
