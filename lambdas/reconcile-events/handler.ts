import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { reconcileRequestSchema } from '../../core/archive/reconcile-log.ts';
import type { Reconciliation } from '../../core/archive/reconcile-log.ts';
import { logger, metrics, reconcileLog } from './wiring.ts';

const reconcile = async (event: unknown): Promise<Reconciliation> => {
  const result = await reconcileLog(reconcileRequestSchema.parse(event));
  const { kind, day, types, unreadable, malformedLines } = result;
  logger.info('event log reconciled', { kind, day, types, unreadable, malformedLines });
  const sum = (count: 'stored' | 'missing' | 'republished'): number =>
    Object.values(types).reduce((total, one) => total + one[count], 0);
  metrics.addMetric('EventsReconciled', MetricUnit.Count, sum('stored'));
  metrics.addMetric('EventsMissing', MetricUnit.Count, sum('missing'));
  metrics.addMetric('EventsRepublished', MetricUnit.Count, sum('republished'));
  // Lambda tries again what fails, and its failures raise the alarm.
  if (kind === 'incomplete') throw new Error(`The bus refused events of ${day} that are to be published again.`);
  return result;
};

export const handler = middy(reconcile).use(injectLambdaContext(logger)).use(logMetrics(metrics));
