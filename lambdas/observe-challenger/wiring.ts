import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { s3Client, sageMakerRuntimeClient } from '../../adapters/clients.ts';
import { declaredLabels } from '../../adapters/labels/declared-labels.ts';
import { s3EventLogReader } from '../../adapters/s3/event-log.ts';
import { sageMakerRoutingScorer } from '../../adapters/sagemaker/scoring.ts';
import { observeChallenger } from '../../core/retrain/observe-challenger.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);

export const logger = new Logger();
export const metrics = new Metrics();
export const observe = observeChallenger({
  eventLog: s3EventLogReader({ client: s3Client(), bucket: environment.DATA_BUCKET }),
  scorer: sageMakerRoutingScorer({ client: sageMakerRuntimeClient(), endpointPrefix: environment.ROUTING_ENDPOINT_PREFIX }),
  labels: declaredLabels(import.meta.dirname),
  clock: { now: () => Date.now() },
});
