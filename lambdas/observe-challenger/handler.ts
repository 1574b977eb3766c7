import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Observation } from '../../core/retrain/judge-challenger.ts';
import { observeInputSchema } from '../../core/retrain/steps.ts';
import { logger, metrics, observe } from './wiring.ts';

/** Left to the function for failing with a reason, instead of being cut off without one. */
const MARGIN_MS = 2_000;

const observeStep = async (event: unknown, context: Context): Promise<Observation> => {
  const input = observeInputSchema.parse(event);
  const observation = await observe(input, AbortSignal.timeout(context.getRemainingTimeInMillis() - MARGIN_MS));
  logger.info('challenger observed', { stage: input.stage, version: input.version, champion: input.champion, ...observation });
  metrics.addMetric('ChallengersUnhealthy', MetricUnit.Count, Number(!observation.healthy));
  return observation;
};

export const handler = middy(observeStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
