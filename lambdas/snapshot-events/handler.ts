import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { snapshotInputSchema } from '../../core/retrain/steps.ts';
import type { Snapshot } from '../../core/retrain/take-snapshot.ts';
import { logger, metrics, snapshot } from './wiring.ts';

const snapshotStep = async (event: unknown): Promise<Snapshot> => {
  const input = snapshotInputSchema.parse(event);
  const taken = await snapshot(input);
  const { counts, dataHash, from, to, malformed, leftOut, encoding } = taken;
  logger.info('snapshot taken', { version: input.version, counts, dataHash, from, to, leftOut, encoding });
  if (malformed.lines > 0) logger.warn('lines of the event log passed over', { version: input.version, malformed });
  metrics.addMetric('TicketsToLearnFrom', MetricUnit.Count, counts.train);
  metrics.addMetric('TicketsToEncode', MetricUnit.Count, encoding.tickets);
  metrics.addMetric('OutcomesLeftOutAsOlder', MetricUnit.Count, leftOut.older);
  metrics.addMetric('EventLogLinesMalformed', MetricUnit.Count, malformed.lines);
  return taken;
};

export const handler = middy(snapshotStep).use(injectLambdaContext(logger)).use(logMetrics(metrics));
