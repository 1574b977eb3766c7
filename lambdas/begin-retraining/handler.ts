import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { beginInputSchema } from '../../core/retrain/steps.ts';
import type { Begun } from '../../core/retrain/steps.ts';
import { begin, logger, metrics } from './wiring.ts';

const beginStep = async (event: unknown): Promise<Begun> => {
  const input = beginInputSchema.parse(event);
  const begun = await begin(input);
  logger.info('retraining begins', { ...begun, trigger: input.trigger });
  metrics.addMetric('RetrainingsBegun', MetricUnit.Count, 1);
  return begun;
};

export const handler = middy(beginStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
