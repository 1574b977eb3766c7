import type { StageName } from './stages.ts';

/** SageMaker's limit for names of models, endpoints and their configurations, and of training jobs. */
export const MAX_SAGEMAKER_NAME_LENGTH = 63;

export type ModelKind = 'routing' | 'clustering';

/**
 * Names of what the retraining workflow creates in SageMaker. They are made at run time, so grants end in `-v*`.
 * Lower case: an endpoint's ARN is authorised lower-cased, and InvokeEndpoint is case-sensitive.
 */
export interface EndpointNames {
  /** e.g. `signalbox-dev` */
  readonly prefix: string;
  /** e.g. `signalbox-dev-routing-v`; a version number follows. */
  readonly routing: string;
  readonly clustering: string;
}

export const endpointNames = (stage: StageName): EndpointNames => {
  const prefix = `signalbox-${stage}`;
  return { prefix, routing: `${prefix}-routing-v`, clustering: `${prefix}-clustering-v` };
};
