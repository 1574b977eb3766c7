import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { AwsError } from '../service.ts';
import type { Caller } from '../service.ts';
import type { State } from '../state/state.ts';
import type { ImageProgram } from './dockerfile.ts';
import { sagemakerLimits } from './limits.ts';
import { modelAnswer, modelError, modelNotReady } from './model-answer.ts';
import { unpackInto } from './model-archive.ts';
import { createModelServer } from './model-server.ts';
import type { ModelServer, ModelServerState } from './model-server.ts';
import { checkEndpointQuota } from './quotas.ts';
import type { SageMakerQuotas } from './quotas.ts';
import { epochSeconds, nameMember, refuseOtherMembers, requiredText, validation } from './request.ts';
import type { Members } from './request.ts';
import type { Storage } from './storage.ts';

/** What an endpoint serves, found by its configuration when it is created. */
export interface ServedModel {
  readonly configName: string;
  readonly variantName: string;
  readonly roleArn: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly modelDataUri?: string;
  /** Of a serverless variant. */
  readonly serverless?: Members & { readonly maxConcurrency: number };
  /** Of a real-time variant. */
  readonly instances?: { readonly type: string; readonly count: number };
}

export interface EndpointsOptions {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly state: State;
  readonly servedBy: (configName: string) => ServedModel;
  readonly callerOf: (roleArn: string) => Caller;
  /** @throws AwsError if there is no such image */
  readonly programOf: (image: string) => ImageProgram;
  readonly environmentOf: (caller: Caller) => Readonly<Record<string, string>>;
  readonly temporaryFolder: () => string;
  readonly arnOf: (kind: string, name: string) => string;
  readonly accountId: string;
  readonly statusDelayMs: number;
  readonly quotas: SageMakerQuotas;
  /** Takes a line that a container wrote. */
  readonly log: (endpointName: string, line: string) => void;
}

type EndpointStatus = 'Creating' | 'InService' | 'Failed' | 'Deleting';

export interface Endpoint {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly served: ServedModel;
  modifiedAtMs: number;
  status: EndpointStatus;
  failureReason?: string;
  server?: ModelServer;
  folder?: string;
  inFlight: number;
}

type KeptEndpoint = Omit<Endpoint, 'server' | 'folder' | 'inFlight'>;

/** The containers behind endpoints, for who wants to take one down and back. */
export interface Containers {
  list(): readonly { readonly endpointName: string; readonly state: ModelServerState; readonly pid?: number }[];
  /** Ends the container; it stays down, and calls fail, until it is started. */
  stop(endpointName: string): Promise<void>;
  /** Kills the container, which comes up again by itself; resolves when it is dead. */
  crash(endpointName: string): Promise<void>;
  /** Resolves when the container answers its ping. */
  start(endpointName: string): Promise<void>;
}

export interface Endpoints {
  create(input: Members): Record<string, unknown>;
  describe(input: Members): Record<string, unknown>;
  remove(input: Members): Record<string, unknown>;
  invoke(input: Members): Promise<Record<string, unknown>>;
  all(): Iterable<Endpoint>;
  readonly containers: Containers;
  /** Endpoints that are being created or deleted, and invocations under way. */
  busy(): number;
  /** Goes on where the last run ended; resolves when the containers of endpoints in service are up again. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export const createEndpoints = (options: EndpointsOptions): Endpoints => {
  const { clock, storage, servedBy, callerOf, programOf, environmentOf, temporaryFolder, arnOf, accountId, log } = options;
  const { state, statusDelayMs, quotas } = options;
  const endpoints = new Map<string, Endpoint>();
  const kept = state.section<KeptEndpoint>('sagemaker/endpoints');
  const changes = new Set<Promise<void>>();
  const closing = new AbortController();

  const track = (change: Promise<void>): void => {
    const tracked = change.finally(() => changes.delete(tracked));
    changes.add(tracked);
  };

  const enter = (endpoint: Endpoint, status: EndpointStatus, failureReason?: string): void => {
    endpoint.status = status;
    endpoint.modifiedAtMs = clock.now();
    if (failureReason) endpoint.failureReason = failureReason.slice(0, 1024);
    keep(endpoint);
  };

  const keep = ({ name, arn, createdAtMs, modifiedAtMs, served, status, failureReason }: Endpoint): void => {
    kept.put(name, { name, arn, createdAtMs, modifiedAtMs, served, status, ...(failureReason && { failureReason }) });
  };

  const bringUp = async (endpoint: Endpoint): Promise<void> => {
    await clock.sleep(statusDelayMs, closing.signal);
    // An image of an earlier assembly may be gone from this machine.
    const failure = await serve(endpoint).catch(String);
    if (closing.signal.aborted) return;
    if (failure) enter(endpoint, 'Failed', failure);
    else enter(endpoint, 'InService');
  };

  /** Starts the endpoint's container; resolves with why it is not up, if it is not. */
  const serve = async (endpoint: Endpoint): Promise<string | undefined> => {
    const { served, name } = endpoint;
    const caller = callerOf(served.roleArn);
    try {
      endpoint.folder = join(temporaryFolder(), `endpoint-${name}`);
      await mkdir(join(endpoint.folder, 'model'), { recursive: true });
      if (served.modelDataUri) {
        await unpackInto(await storage.read(caller, served.modelDataUri), join(endpoint.folder, 'model'));
      }
    } catch (error) {
      return `Could not load model data from ${served.modelDataUri}: ${String(error)}`;
    }
    if (closing.signal.aborted) return undefined;
    endpoint.server = createModelServer({
      program: programOf(served.image),
      environment: { ...environmentOf(caller), ...served.environment, OPT_ML_DIR: endpoint.folder },
      temporaryFolder: temporaryFolder(),
      log: (line) => log(name, line),
    });
    if (await endpoint.server.start()) return undefined;
    return `The primary container for production variant ${served.variantName} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
  };

  const goOn = async (endpoint: Endpoint): Promise<void> => {
    if (endpoint.status === 'Creating') track(bringUp(endpoint));
    if (endpoint.status === 'Deleting') track(takeDown(endpoint));
    if (endpoint.status !== 'InService') return;
    const failure = await serve(endpoint).catch(String);
    if (failure) enter(endpoint, 'Failed', failure);
  };

  const takeDown = async (endpoint: Endpoint): Promise<void> => {
    await endpoint.server?.stop();
    if (endpoint.folder) await rm(endpoint.folder, { recursive: true, force: true });
    await clock.sleep(statusDelayMs, closing.signal);
    endpoints.delete(endpoint.name);
    kept.remove(endpoint.name);
  };

  const find = (input: Members): Endpoint => {
    const name = requiredText(input, 'EndpointName');
    const endpoint = endpoints.get(name);
    if (!endpoint) throw validation(`Could not find endpoint "${arnOf('endpoint', name)}".`);
    return endpoint;
  };

  const serverOf = (endpointName: string): ModelServer => {
    const server = endpoints.get(endpointName)?.server;
    if (!server) throw validation(`Endpoint ${endpointName} has no container.`);
    return server;
  };

  const invoke: Endpoints['invoke'] = async (input) => {
    refuseOtherMembers('InvokeEndpoint', input, [
      'EndpointName',
      'Body',
      'ContentType',
      'Accept',
      'InferenceId',
      'CustomAttributes',
    ]);
    const name = requiredText(input, 'EndpointName');
    const endpoint = endpoints.get(name);
    if (!endpoint?.server || endpoint.status !== 'InService') {
      throw new AwsError('ValidationError', `Endpoint ${name} of account ${accountId} not found.`);
    }
    const { serverless, variantName } = endpoint.served;
    const body = input['Body'] instanceof Uint8Array ? input['Body'] : Buffer.from(textOr(input['Body'], ''));
    const { most: limit } = serverless ? sagemakerLimits.serverlessBody : sagemakerLimits.body;
    if (body.length > limit)
      throw new AwsError('ValidationError', `Request body of ${body.length} bytes is over the limit of ${limit}.`);
    if (serverless && endpoint.inFlight >= serverless.maxConcurrency) {
      throw new AwsError(
        'ThrottlingException',
        `Rate exceeded: endpoint ${name} allows ${serverless.maxConcurrency} invocations at once.`,
        429,
      );
    }
    if (serverless && endpoint.server.state() === 'restarting') throw modelNotReady(name);
    endpoint.inFlight++;
    try {
      const reply = await endpoint.server.invoke({
        body,
        contentType: textOr(input['ContentType'], 'application/octet-stream'),
        accept: textOr(input['Accept'], '*/*'),
      });
      const answer = modelAnswer(reply, variantName);
      if (answer.Body.length > limit) {
        throw modelError(
          500,
          'Response payload size over the limit',
          `Received a response of ${answer.Body.length} bytes, over the limit of ${limit}.`,
        );
      }
      return { ...answer };
    } finally {
      endpoint.inFlight--;
    }
  };

  return {
    create: (input) => {
      refuseOtherMembers('CreateEndpoint', input, ['EndpointName', 'EndpointConfigName', 'Tags']);
      const name = nameMember(input, 'EndpointName');
      const arn = arnOf('endpoint', name);
      if (endpoints.has(name)) throw validation(`Cannot create already existing endpoint "${arn}".`);
      const served = servedBy(requiredText(input, 'EndpointConfigName'));
      programOf(served.image);
      checkEndpointQuota(quotas, served, [...endpoints.values()]);
      const now = clock.now();
      const endpoint: Endpoint = { name, arn, createdAtMs: now, modifiedAtMs: now, served, status: 'Creating', inFlight: 0 };
      endpoints.set(name, endpoint);
      keep(endpoint);
      track(bringUp(endpoint));
      return { EndpointArn: arn };
    },
    describe: (input) => describe(find(input)),
    remove: (input) => {
      const endpoint = find(input);
      if (endpoint.status === 'Creating' || endpoint.status === 'Deleting') {
        throw validation(`Cannot update in-progress endpoint "${endpoint.arn}".`);
      }
      enter(endpoint, 'Deleting');
      track(takeDown(endpoint));
      return {};
    },
    invoke,
    all: () => endpoints.values(),
    containers: {
      list: () =>
        Array.from(endpoints.values(), ({ name, server }) => {
          const pid = server?.pid();
          return { endpointName: name, state: server?.state() ?? 'stopped', ...(pid !== undefined && { pid }) };
        }),
      stop: (endpointName) => serverOf(endpointName).stop(),
      crash: (endpointName) => serverOf(endpointName).crash(),
      start: async (endpointName) => {
        if (!(await serverOf(endpointName).start()))
          throw validation(`The container of ${endpointName} did not answer its ping.`);
      },
    },
    busy: () => changes.size + [...endpoints.values()].reduce((sum, endpoint) => sum + endpoint.inFlight, 0),
    resume: async () => {
      for (const [name, endpoint] of kept.restored()) endpoints.set(name, { ...endpoint, inFlight: 0 });
      await Promise.all(Array.from(endpoints.values(), goOn));
    },
    close: async () => {
      closing.abort();
      await Promise.all(Array.from(endpoints.values(), async ({ server }) => server?.stop()));
      await Promise.all(changes);
      await Promise.all(Array.from(endpoints.values(), async ({ server }) => server?.stop()));
    },
  };
};

const textOr = (value: unknown, fallback: string): string => (typeof value === 'string' && value !== '' ? value : fallback);

const describe = (endpoint: Endpoint): Record<string, unknown> => ({
  EndpointName: endpoint.name,
  EndpointArn: endpoint.arn,
  EndpointConfigName: endpoint.served.configName,
  EndpointStatus: endpoint.status,
  CreationTime: epochSeconds(endpoint.createdAtMs),
  LastModifiedTime: epochSeconds(endpoint.modifiedAtMs),
  ...(endpoint.failureReason && { FailureReason: endpoint.failureReason }),
  ...(endpoint.status === 'InService' && {
    ProductionVariants: [{ VariantName: endpoint.served.variantName, CurrentWeight: 1, DesiredWeight: 1 }],
  }),
});
