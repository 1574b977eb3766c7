import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchResponse, inboundMessages } from '../../adapters/sqs/inbound-messages.ts';
import { learnFromOutcomes, logger, metrics } from './wiring.ts';

const learn = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const outcomes = await learnFromOutcomes(inboundMessages(event));
  for (const outcome of outcomes) {
    if (outcome.kind === 'retry') {
      const error = outcome.error instanceof Error ? outcome.error : new Error(String(outcome.error));
      logger.error('outcome goes back to its queue', { messageId: outcome.messageId, error });
    } else if (outcome.kind === 'quarantined') {
      logger.warn('outcome quarantined', { messageId: outcome.messageId, reason: outcome.reason });
    } else {
      logger.info('outcome learned', { ticketId: outcome.ticketId });
    }
  }
  metrics.addMetric('OutcomesLearned', MetricUnit.Count, outcomes.filter(({ kind }) => kind === 'learned').length);
  metrics.addMetric('OutcomesQuarantined', MetricUnit.Count, outcomes.filter(({ kind }) => kind === 'quarantined').length);
  return batchResponse(outcomes);
};

export const handler = middy(learn).use(injectLambdaContext(logger)).use(logMetrics(metrics));
