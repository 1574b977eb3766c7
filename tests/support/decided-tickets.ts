import type { Decision } from '../../core/contracts/bus-event.ts';
import { orderKeyOf } from '../../core/event/ticket.ts';
import type { Ticket } from '../../core/event/ticket.ts';
import type { Outcome } from '../../core/learn/learn-from-outcomes.ts';
import type { StoredDecision } from '../../core/route/arrival.ts';
import { NOW_MS } from './ticket-events.ts';

export const ticket = (version: number, fields: Partial<Ticket> = {}): Ticket => {
  const time = '2026-11-22T09:00:00.000Z';
  const ticketId = fields.ticketId ?? 'T-1';
  return {
    ticketId,
    version,
    time,
    orderKey: orderKeyOf(version, time),
    text: { subject: 'Refund', body: 'Where is it?' },
    channel: undefined,
    requester: undefined,
    language: undefined,
    eventKey: { source: 'desk', id: `${ticketId}/${version}` },
    contentHash: `hash ${version}`,
    ...fields,
  };
};

export const decided = (
  of: Ticket,
  attempt: Decision['attempt'] = 'first',
  fields: Partial<StoredDecision> = {},
): StoredDecision => ({
  decision: {
    id: `${of.ticketId}#${of.orderKey}#${attempt}`,
    ticketId: of.ticketId,
    ticketVersion: of.version,
    orderKey: of.orderKey,
    attempt,
    outcome: { kind: 'abstained', reason: 'no-model' },
    because: 'No model.',
    heads: {},
    features: [],
    similar: [],
    rules: [],
    propensity: 1,
    model: null,
    policyRevision: 1,
    pointerRevision: 1,
    queuedAtMs: NOW_MS,
    decidedAtMs: NOW_MS,
  },
  embedding: undefined,
  embeddingSpace: undefined,
  ...fields,
});

export const settled = (orderKey: string): Outcome => ({
  ticketId: 'T-1',
  eventKey: { source: 'desk', id: 'T-1/resolved' },
  orderKey,
  time: '2026-11-22T09:00:00.000Z',
  lesson: 'resolved',
  labels: { team: 'billing' },
  rating: undefined,
  handleTimeSeconds: undefined,
  reopened: undefined,
  resolvedBy: undefined,
  correctedBy: undefined,
});
