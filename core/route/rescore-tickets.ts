import type { Clock } from '../clock.ts';
import { rescoreRequestSchema } from '../contracts/ticket-event.ts';
import type { RescoreRequest } from '../contracts/ticket-event.ts';
import type { QuarantineReason } from '../event/receive.ts';
import type { Bus, InboundMessage, Quarantine } from '../ports.ts';
import type { Pointer } from '../retrain/pointer.ts';
import type { StoredDecision, TicketState } from './arrival.ts';
import { decide, wasMadeWithoutModel } from './decide.ts';
import type { RoutingPolicy } from './policy.ts';
import type { RescoreQueue } from './rescore-queue.ts';
import type { ScoredTicket, TicketScoring } from './score-tickets.ts';
import type { TicketRecords } from './ticket-records.ts';
import { ticketRouted } from './ticket-routed.ts';

/** After about a day without a model the first decision stands: people have the ticket. */
export const MAX_RESCORE_ATTEMPTS = 100;

export interface RescoreDeps {
  readonly records: TicketRecords;
  readonly quarantine: Quarantine;
  readonly bus: Bus;
  readonly rescoreQueue: RescoreQueue;
  readonly readPointer: () => Promise<Pointer>;
  readonly scoreTickets: TicketScoring;
  readonly policy: RoutingPolicy;
  readonly clock: Clock;
}

/** What became of one request. `settled`: a person, a newer event or an earlier rescoring was first. */
export type RescoreOutcome =
  | { readonly kind: 'rescored'; readonly messageId: string; readonly stored: StoredDecision }
  | { readonly kind: 'postponed' | 'given-up' | 'settled'; readonly messageId: string; readonly ticketId: string }
  | { readonly kind: 'quarantined'; readonly messageId: string; readonly reason: QuarantineReason }
  | { readonly kind: 'retry'; readonly messageId: string; readonly error: unknown };

/** Decides again about tickets that were decided without the model. Never overrules a person or a newer event. */
export const createRescoreTickets =
  (deps: RescoreDeps) =>
  async (messages: readonly InboundMessage[]): Promise<readonly RescoreOutcome[]> => {
    const outcomes: RescoreOutcome[] = [];
    const asked: Asked[] = [];
    for (const message of messages) {
      const request = parseRequest(message.body);
      if (request) asked.push({ messageId: message.messageId, request });
      else outcomes.push(await setAside(deps, message));
    }
    if (asked.length === 0) return outcomes;
    try {
      const [states, pointer] = await Promise.all([
        deps.records.readStates(asked.map((one) => one.request.ticketId)),
        deps.readPointer(),
      ]);
      const open = [...states.values()].filter(awaitsModel);
      const scored = await deps.scoreTickets(
        open.map((state) => state.ticket),
        pointer,
      );
      const finished = asked.map((one) => finish(deps, one, states.get(one.request.ticketId), pointer, scored));
      return [...outcomes, ...(await Promise.all(finished))];
    } catch (error) {
      return [...outcomes, ...asked.map((one): RescoreOutcome => ({ kind: 'retry', messageId: one.messageId, error }))];
    }
  };

interface Asked {
  readonly messageId: string;
  readonly request: RescoreRequest;
}

const awaitsModel = (state: TicketState): boolean =>
  !state.settledByPerson && state.decision.decision.attempt === 'first' && wasMadeWithoutModel(state.decision.decision);

const finish = async (
  deps: RescoreDeps,
  { messageId, request }: Asked,
  current: TicketState | undefined,
  pointer: Pointer,
  scored: ReadonlyMap<string, ScoredTicket>,
): Promise<RescoreOutcome> => {
  const { ticketId, orderKey } = request;
  try {
    if (!current || current.ticket.orderKey !== orderKey) return { kind: 'settled', messageId, ticketId };
    // Stored by an attempt that may have failed before it was published.
    if (current.decision.decision.attempt === 'rescored') return await publish(deps, messageId, current, current.decision);
    if (!awaitsModel(current)) return { kind: 'settled', messageId, ticketId };
    const result = scored.get(ticketId);
    if (!result || result.scoring.kind === 'no-model' || result.scoring.kind === 'degraded') {
      if (request.attempt >= MAX_RESCORE_ATTEMPTS) return { kind: 'given-up', messageId, ticketId };
      await deps.rescoreQueue.ask({ ...request, attempt: request.attempt + 1 });
      return { kind: 'postponed', messageId, ticketId };
    }
    const decision = decide(current.ticket, result.scoring, deps.policy, {
      attempt: 'rescored',
      pointerRevision: pointer.revision,
      propensity: result.propensity,
      queuedAtMs: current.decision.decision.queuedAtMs,
      decidedAtMs: deps.clock.now(),
    });
    const prediction = result.scoring.kind === 'scored' ? result.scoring.prediction : undefined;
    const stored = await deps.records.keepDecision(
      { decision, embedding: prediction?.embedding, embeddingSpace: prediction?.embeddingSpace },
      current.ticket.eventKey,
    );
    if ((await deps.records.replaceDecision(stored)) === 'superseded') return { kind: 'settled', messageId, ticketId };
    return await publish(deps, messageId, current, stored);
  } catch (error) {
    return { kind: 'retry', messageId, error };
  }
};

const publish = async (
  deps: RescoreDeps,
  messageId: string,
  current: TicketState,
  stored: StoredDecision,
): Promise<RescoreOutcome> => {
  const refused = await deps.bus.publish([{ type: 'ticket.routed', detail: ticketRouted(current.ticket, stored) }]);
  const problem = refused.get(stored.decision.id);
  return problem === undefined ? { kind: 'rescored', messageId, stored } : { kind: 'retry', messageId, error: problem };
};

const parseRequest = (body: string): RescoreRequest | undefined => {
  try {
    return rescoreRequestSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const setAside = async (deps: RescoreDeps, message: InboundMessage): Promise<RescoreOutcome> => {
  const reason: QuarantineReason = {
    code: 'not-an-event',
    sentence: 'The message on the rescore queue is not a request to rescore a ticket.',
  };
  await deps.quarantine.keep({
    messageId: message.messageId,
    queue: 'rescore',
    reason,
    body: message.body,
    receivedAtMs: deps.clock.now(),
  });
  return { kind: 'quarantined', messageId: message.messageId, reason };
};
