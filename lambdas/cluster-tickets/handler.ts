import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchResponse, inboundMessages } from '../../adapters/sqs/inbound-messages.ts';
import { clusterTickets, logger, metrics } from './wiring.ts';

const cluster = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const outcomes = await clusterTickets(inboundMessages(event));
  for (const outcome of outcomes) {
    if (outcome.kind === 'retry') {
      const error = outcome.error instanceof Error ? outcome.error : new Error(String(outcome.error));
      logger.error('routed ticket goes back to its queue', { messageId: outcome.messageId, error });
    } else if (outcome.kind === 'unassignable') {
      logger.warn('ticket has no place on the map', { ticketId: outcome.ticketId, why: outcome.why });
    } else {
      logger.info(`ticket ${outcome.kind}`, { ticketId: outcome.ticketId });
    }
  }
  metrics.addMetric('TicketsClustered', MetricUnit.Count, outcomes.filter(({ kind }) => kind === 'assigned').length);
  metrics.addMetric('TicketsUnexplained', MetricUnit.Count, outcomes.filter(({ kind }) => kind === 'unexplained').length);
  return batchResponse(outcomes);
};

export const handler = middy(cluster).use(injectLambdaContext(logger)).use(logMetrics(metrics));
