import { AwsError } from '../service.ts';
import type { Endpoint } from './endpoints.ts';
import { sagemakerLimits } from './limits.ts';

/** Quotas of the account, which differ from account to account. */
export interface SageMakerQuotas {
  /** MaxConcurrency of all serverless endpoints together; some accounts are given 10. @default 200 */
  readonly serverlessConcurrency?: number;
  /** @default 50 */
  readonly serverlessEndpoints?: number;
  /** Instances that train at a time, by instance type. What is left out is not bounded here. */
  readonly trainingInstances?: Readonly<Record<string, number>>;
  /** Instances behind real-time endpoints, by instance type. What is left out is not bounded here. */
  readonly endpointInstances?: Readonly<Record<string, number>>;
}

interface Use {
  readonly quota: string;
  readonly unit: 'Instances' | 'Endpoints' | 'None';
  readonly most: number | undefined;
  readonly used: number;
  readonly asked: number;
}

const refuseOverQuota = ({ quota, unit, most, used, asked }: Use): void => {
  if (most === undefined || used + asked <= most) return;
  throw new AwsError(
    'ResourceLimitExceeded',
    `The account-level service limit '${quota}' is ${most} ${unit}, with current utilization of ${used} ${unit} and a request delta of ${asked} ${unit}. Please use AWS Service Quotas to request an increase for this quota.`,
  );
};

/** @throws AwsError ResourceLimitExceeded where one more training instance of that type is too many */
export const checkTrainingQuota = (quotas: SageMakerQuotas, instanceType: string, runningTypes: readonly string[]): void =>
  refuseOverQuota({
    quota: `${instanceType} for training job usage`,
    unit: 'Instances',
    most: quotas.trainingInstances?.[instanceType],
    used: runningTypes.filter((type) => type === instanceType).length,
    asked: 1,
  });

/** @throws AwsError ResourceLimitExceeded where an endpoint that serves this is one too many */
export const checkEndpointQuota = (quotas: SageMakerQuotas, served: Endpoint['served'], endpoints: readonly Endpoint[]): void => {
  const sum = (count: (other: Endpoint['served']) => number): number =>
    endpoints.reduce((total, endpoint) => total + count(endpoint.served), 0);
  const { serverless, instances } = served;
  if (serverless) {
    refuseOverQuota({
      quota: 'Maximum number of serverless endpoints',
      unit: 'Endpoints',
      most: quotas.serverlessEndpoints ?? sagemakerLimits.serverlessEndpoints.most,
      used: sum((other) => (other.serverless ? 1 : 0)),
      asked: 1,
    });
    refuseOverQuota({
      quota: 'Maximum total concurrency that can be allocated across all serverless endpoints',
      unit: 'None',
      most: quotas.serverlessConcurrency ?? sagemakerLimits.totalConcurrency.most,
      used: sum((other) => other.serverless?.maxConcurrency ?? 0),
      asked: serverless.maxConcurrency,
    });
  }
  if (instances) {
    refuseOverQuota({
      quota: `${instances.type} for endpoint usage`,
      unit: 'Instances',
      most: quotas.endpointInstances?.[instances.type],
      used: sum((other) => (other.instances?.type === instances.type ? other.instances.count : 0)),
      asked: instances.count,
    });
  }
};
