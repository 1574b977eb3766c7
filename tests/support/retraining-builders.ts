import type { Decision, EventLogLine, TicketLearned, TicketRouted } from '../../core/contracts/bus-event.ts';
import type { FailedPrediction, RoutingPrediction } from '../../core/contracts/scoring.ts';
import type { TrainingEncoder } from '../../core/retrain/announce-encoding.ts';
import type { Evaluation } from '../../core/retrain/steps.ts';
import type { TrainingExample } from '../../core/retrain/training-example.ts';

export const NOW = '2026-03-10T12:00:00.000Z';
const MINUTE_MS = 60_000;

/** A time so many minutes after noon of 10 March 2026 (before it, if negative). */
export const minutesLater = (minutes: number): string => new Date(Date.parse(NOW) + minutes * MINUTE_MS).toISOString();

export const anExample = (fields: Partial<TrainingExample> & { readonly team?: string } = {}): TrainingExample => {
  const { team = 'billing', ...rest } = fields;
  return { ticketId: 't-1', time: NOW, text: 'My invoice is wrong', labels: { team }, ...rest };
};

export const aLearnedTicket = (fields: Partial<TicketLearned> = {}): TicketLearned => ({
  id: `learned-${fields.ticketId ?? 't-1'}`,
  ticketId: 't-1',
  time: NOW,
  text: { subject: 'Invoice', body: 'It is wrong' },
  labels: { team: 'billing' },
  lesson: 'resolved',
  ...fields,
});

export const aLogLine = (fields: Partial<EventLogLine> & { readonly detail: EventLogLine['detail'] }): EventLogLine => ({
  id: typeof fields.detail['id'] === 'string' ? fields.detail['id'] : 'event-1',
  type: 'ticket.learned',
  time: NOW,
  ...fields,
});

export const learnedLine = (fields: Partial<TicketLearned> = {}, line: Partial<EventLogLine> = {}): EventLogLine =>
  aLogLine({ ...line, detail: { ...aLearnedTicket(fields) } });

/** Resolved tickets a minute apart, the oldest first, of each team in turn. */
export const history = (count: number, teams: readonly string[] = ['billing', 'delivery']): readonly EventLogLine[] =>
  Array.from({ length: count }, (_, index) =>
    learnedLine({
      ticketId: `t-${index}`,
      time: minutesLater(index - count),
      labels: { team: teams[index % teams.length] ?? 'billing' },
    }),
  );

export const aDecision = (fields: Partial<Decision> = {}): Decision => {
  const ticketId = fields.ticketId ?? 't-1';
  return {
    id: `${ticketId}#first`,
    ticketId,
    ticketVersion: 1,
    orderKey: `0000000001#${NOW}`,
    attempt: 'first',
    outcome: { kind: 'routed', team: 'billing', probability: 0.9 },
    because: 'billing with 90 %.',
    heads: { team: { label: 'billing', probability: 0.9, threshold: 0.5, accepted: true, alternatives: [] } },
    features: [],
    similar: [],
    rules: [],
    propensity: 1,
    model: { name: 'routing', version: '1' },
    policyRevision: 1,
    pointerRevision: 1,
    queuedAtMs: Date.parse(NOW) - 100,
    decidedAtMs: Date.parse(NOW),
    ...fields,
  };
};

/** A decision that was made without the model, because it did not answer. */
export const aDegradedDecision = (fields: Partial<Decision> = {}): Decision =>
  aDecision({ outcome: { kind: 'abstained', reason: 'degraded' }, heads: {}, model: null, ...fields });

export const aRoutedTicket = (decision: Decision = aDecision(), fields: Partial<TicketRouted> = {}): TicketRouted => ({
  id: decision.id,
  ticketId: decision.ticketId,
  version: decision.ticketVersion,
  orderKey: decision.orderKey,
  time: NOW,
  text: { subject: 'Invoice', body: `It is wrong, says ${decision.ticketId}` },
  decision,
  ...fields,
});

export const routedLine = (decision: Decision, line: Partial<EventLogLine> = {}): EventLogLine =>
  aLogLine({ type: 'ticket.routed', ...line, detail: { ...aRoutedTicket(decision) } });

export const aPrediction = (id: string, team: string): RoutingPrediction => ({
  id,
  heads: { team: { label: team, probability: 0.8, alternatives: [], known: true } },
  embedding: 'AAAAAA==',
  embeddingSpace: 'test',
  explanation: {},
  explained: {},
  similar: [],
});

export const aFailedPrediction = (id: string): FailedPrediction => ({
  id,
  error: { code: 'EmptyText', message: 'The text is empty.' },
});

export const anEvaluation = (fields: Partial<Evaluation> = {}): Evaluation => {
  const counts = { onlyChampionRight: 0, onlyChallengerRight: 0, bothRight: 0, neitherRight: 0, failed: 0, ...fields };
  const n = counts.onlyChampionRight + counts.onlyChallengerRight + counts.bothRight + counts.neitherRight;
  return { n, labelCounts: { team: { billing: Math.ceil(n / 2), delivery: Math.floor(n / 2) } }, ...counts };
};

export const anEncoder: TrainingEncoder = { name: 'use-lite', hash: 'e'.repeat(64), msPerTicket: 3 };
