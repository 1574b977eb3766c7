import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchResponse, inboundMessages } from '../../adapters/sqs/inbound-messages.ts';
import { archiveEvents, logger, metrics } from './wiring.ts';

const archive = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const outcomes = await archiveEvents(inboundMessages(event));
  const failed = outcomes.filter((outcome) => outcome.kind === 'retry');
  for (const { messageId, error } of failed) {
    logger.error('event goes back to its queue', { messageId, error: error instanceof Error ? error : new Error(String(error)) });
  }
  logger.info('events archived', { archived: outcomes.length - failed.length, failed: failed.length });
  metrics.addMetric('EventsArchived', MetricUnit.Count, outcomes.length - failed.length);
  return batchResponse(outcomes);
};

export const handler = middy(archive).use(injectLambdaContext(logger)).use(logMetrics(metrics));
