import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  paginateListModels,
} from '@aws-sdk/client-sagemaker';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { ServingResource, ServingResources } from '../../core/retrain/serving-resources.ts';

export interface EndpointsOptions {
  readonly client: SageMakerClient;
  /** What endpoints, configurations and models of ours are called before the version number. */
  readonly prefixes: readonly string[];
}

/** Statuses in which SageMaker refuses to delete an endpoint. */
const BUSY: ReadonlySet<string> = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack']);

/** What serves our versions in SageMaker, found by name. */
export const sageMakerServingResources = ({ client, prefixes }: EndpointsOptions): ServingResources => ({
  async list() {
    const found = new Map<string, ServingResource>();
    const note = (prefix: string, name: string | undefined, endpoint: ServingResource['endpoint']): void => {
      const version = name === undefined ? undefined : versionOf(prefix, name);
      if (name === undefined || version === undefined || (found.has(name) && endpoint === 'none')) return;
      found.set(name, { name, version, endpoint });
    };
    for (const prefix of prefixes) {
      // The service can only look for a part of a name; what is not ours is left out above.
      // A query of its own for each listing: the paginators write their token into it.
      const query = (): { NameContains: string } => ({ NameContains: prefix });
      for await (const { Endpoints } of paginateListEndpoints({ client }, query())) {
        for (const { EndpointName, EndpointStatus } of Endpoints ?? []) note(prefix, EndpointName, stateOf(EndpointStatus));
      }
      for await (const { EndpointConfigs } of paginateListEndpointConfigs({ client }, query())) {
        for (const { EndpointConfigName } of EndpointConfigs ?? []) note(prefix, EndpointConfigName, 'none');
      }
      for await (const { Models } of paginateListModels({ client }, query())) {
        for (const { ModelName } of Models ?? []) note(prefix, ModelName, 'none');
      }
    }
    return [...found.values()];
  },
  async remove({ name, endpoint }) {
    if (endpoint === 'busy') return 'busy';
    if (endpoint === 'settled') {
      const result = await attempt(() => client.send(new DeleteEndpointCommand({ EndpointName: name })));
      if (result === 'busy') return 'busy';
    }
    await attempt(() => client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })));
    await attempt(() => client.send(new DeleteModelCommand({ ModelName: name })));
    return 'removed';
  },
});

function versionOf(prefix: string, name: string): number | undefined {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^[1-9]\d*$/.test(rest) ? Number(rest) : undefined;
}

function stateOf(status: string | undefined): ServingResource['endpoint'] {
  if (status === 'Deleting') return 'going';
  return status !== undefined && BUSY.has(status) ? 'busy' : 'settled';
}

/** SageMaker has no error of its own for either case, only a ValidationException with these words. */
async function attempt(remove: () => Promise<unknown>): Promise<'done' | 'busy'> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    if (/in-progress/i.test(error.message)) return 'busy';
    if (!/could not find/i.test(error.message)) throw error;
  }
  return 'done';
}
