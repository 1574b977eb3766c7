import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchResponse, inboundMessages, queueName } from '../../adapters/sqs/inbound-messages.ts';
import type { RescoreOutcome } from '../../core/route/rescore-tickets.ts';
import type { RouteOutcome } from '../../core/route/route-tickets.ts';
import { logger, metrics, rescoreQueueName, rescoreTickets, routeTickets } from './wiring.ts';

const route = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const decideAbout = queueName(event) === rescoreQueueName ? rescoreTickets : routeTickets;
  const outcomes = await decideAbout(inboundMessages(event));
  for (const outcome of outcomes) report(outcome);
  return batchResponse(outcomes);
};

/** A line and a count for each outcome; never the ticket's text. */
const report = (outcome: RouteOutcome | RescoreOutcome): void => {
  switch (outcome.kind) {
    case 'decided':
    case 'rescored': {
      const { decision } = outcome.stored;
      logger.info(`ticket ${decision.outcome.kind}`, {
        ticketId: decision.ticketId,
        decision: decision.outcome,
        attempt: decision.attempt,
        modelVersion: decision.model?.version,
        latencyMs: decision.decidedAtMs - decision.queuedAtMs,
      });
      metrics.addMetric(outcome.kind === 'decided' ? 'TicketsDecided' : 'TicketsRescored', MetricUnit.Count, 1);
      metrics.addMetric(decision.outcome.kind === 'routed' ? 'TicketsRouted' : 'TicketsAbstained', MetricUnit.Count, 1);
      const degraded = decision.outcome.kind === 'abstained' && decision.outcome.reason === 'degraded';
      metrics.addMetric('TicketsDegraded', MetricUnit.Count, degraded ? 1 : 0);
      return;
    }
    case 'quarantined':
      logger.warn('ticket event quarantined', { messageId: outcome.messageId, reason: outcome.reason });
      metrics.addMetric('TicketsQuarantined', MetricUnit.Count, 1);
      return;
    case 'retry':
      logger.error('ticket event goes back to its queue', { messageId: outcome.messageId, error: asError(outcome.error) });
      return;
    default:
      logger.info(`ticket event ${outcome.kind}`, { ticketId: outcome.ticketId });
  }
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

export const handler = middy(route).use(injectLambdaContext(logger)).use(logMetrics(metrics));
