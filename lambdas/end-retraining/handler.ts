import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Ended } from '../../core/retrain/end-retraining.ts';
import { endInputSchema } from '../../core/retrain/steps.ts';
import { end, logger, metrics } from './wiring.ts';

const METRIC = { promoted: 'RetrainingsPromoted', rejected: 'RetrainingsRejected', failed: 'RetrainingsFailed' } as const;

const endStep = async (event: unknown): Promise<Ended> => {
  const input = endInputSchema.parse(event);
  const ended = await end(input);
  logger.info('retraining ended', { ...input, ...ended });
  metrics.addMetric(METRIC[input.outcome], MetricUnit.Count, 1);
  return ended;
};

export const handler = middy(endStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
