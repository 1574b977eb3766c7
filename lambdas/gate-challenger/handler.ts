import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { GateResult } from '../../core/retrain/gate.ts';
import { gateInputSchema } from '../../core/retrain/steps.ts';
import { judge, logger, metrics } from './wiring.ts';

const gateStep = async (event: unknown): Promise<GateResult> => {
  const input = gateInputSchema.parse(event);
  const result = await judge(input);
  logger.info('challenger judged', { version: input.version, champion: input.champion, ...result });
  metrics.addMetric('ChallengerAccuracy', MetricUnit.Percent, result.accuracy.challenger * 100);
  metrics.addMetric('ChallengersRejected', MetricUnit.Count, Number(result.verdict === 'reject'));
  return result;
};

export const handler = middy(gateStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
