import { loadFunctionWith } from './loaded-function.ts';
import type { LoadedFunction } from './loaded-function.ts';
import type { TestCloud } from './test-cloud.ts';
import { MODELS_TABLE } from './table-definitions.ts';
import { DATA_BUCKET } from './test-cloud.ts';

/** Every variable of the retraining functions, as their constructs would supply them. */
const VARIABLES = {
  MODELS_TABLE,
  DATA_BUCKET,
  LOCK_SECONDS: '3600',
  TRAINING_WINDOW_DAYS: '30',
  CHECKPOINT_PREFIX: 'checkpoints/eeeeeeeeeeeeeeee/',
  ENCODER_NAME: 'use-lite',
  ENCODER_HASH: 'e'.repeat(64),
  ENCODER_MS_PER_TICKET: '3.5',
  ROUTING_ENDPOINT_PREFIX: 'signalbox-test-routing-v',
  CLUSTERING_ENDPOINT_PREFIX: 'signalbox-test-clustering-v',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:retraining',
  SCHEDULE_NAME: 'weekly',
};

/** Loads a function of the retraining. Call in the test that uses it. */
export const loadFunction = (
  cloud: TestCloud,
  load: Parameters<typeof loadFunctionWith>[2],
  remainingMs?: number,
): Promise<LoadedFunction> => loadFunctionWith(VARIABLES, cloud.config, load, remainingMs);
