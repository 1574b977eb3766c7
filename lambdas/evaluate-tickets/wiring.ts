import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { s3Client, sageMakerRuntimeClient } from '../../adapters/clients.ts';
import { declaredLabels } from '../../adapters/labels/declared-labels.ts';
import { s3Snapshots } from '../../adapters/s3/snapshots.ts';
import { sageMakerRoutingScorer } from '../../adapters/sagemaker/scoring.ts';
import { evaluateBatch } from '../../core/retrain/evaluate-batch.ts';
import { environmentSchema } from './environment.ts';

const environment = environmentSchema.parse(process.env);

export const logger = new Logger();
export const metrics = new Metrics();
export const evaluate = evaluateBatch({
  snapshots: s3Snapshots({ client: s3Client(), bucket: environment.DATA_BUCKET }),
  scorer: sageMakerRoutingScorer({ client: sageMakerRuntimeClient(), endpointPrefix: environment.ROUTING_ENDPOINT_PREFIX }),
  labels: declaredLabels(import.meta.dirname),
});
