import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Pointer } from '../../core/retrain/pointer.ts';
import { moveInputSchema } from '../../core/retrain/steps.ts';
import { logger, metrics, move } from './wiring.ts';

const moveStep = async (event: unknown): Promise<Pointer> => {
  const request = moveInputSchema.parse(event);
  const pointer = await move(request);
  logger.info('pointer moved', { request, pointer });
  metrics.addMetric('PointerMoves', MetricUnit.Count, 1);
  return pointer;
};

export const handler = middy(moveStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
