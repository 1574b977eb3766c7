import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { evaluateInputSchema } from '../../core/retrain/steps.ts';
import type { Evaluation } from '../../core/retrain/steps.ts';
import { evaluate, logger, metrics } from './wiring.ts';

/** Left to the function for failing with a reason, instead of being cut off without one. */
const MARGIN_MS = 2_000;

const evaluateStep = async (event: unknown, context: Context): Promise<Evaluation> => {
  const input = evaluateInputSchema.parse(event);
  const evaluation = await evaluate(input, AbortSignal.timeout(context.getRemainingTimeInMillis() - MARGIN_MS));
  const { n, failed } = evaluation;
  logger.info('test tickets evaluated', { version: input.version, champion: input.champion, batch: input.batch, n, failed });
  metrics.addMetric('TestTicketsEvaluated', MetricUnit.Count, n);
  return evaluation;
};

export const handler = middy(evaluateStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
