import type { Clock } from '../clock.ts';
import { rescoreRequestSchema } from '../contracts/ticket-event.ts';
import type { RescoreRequest } from '../contracts/ticket-event.ts';
import { isPermanent } from '../errors.ts';
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
      if (request) asked.push({ message, request });
      else outcomes.push(await setAside(deps, message, NOT_A_REQUEST));
    }
    return [...outcomes, ...(asked.length > 0 ? await rescoreBatch(deps, asked) : [])];
  };

const rescoreBatch = async (deps: RescoreDeps, asked: readonly Asked[]): Promise<readonly RescoreOutcome[]> => {
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
    return await Promise.all(asked.map((one) => finish(deps, one, states.get(one.request.ticketId), pointer, scored)));
  } catch (error) {
    // A state that nobody can read fails its own ticket, not those that it was read with.
    if (isPermanent(error) && asked.length > 1) return (await Promise.all(asked.map((one) => rescoreBatch(deps, [one])))).flat();
    return Promise.all(asked.map((one) => failed(deps, one.message, error)));
  }
};

interface Asked {
  readonly message: InboundMessage;
  readonly request: RescoreRequest;
}

const awaitsModel = (state: TicketState): boolean =>
  !state.settledByPerson && state.decision.decision.attempt === 'first' && wasMadeWithoutModel(state.decision.decision);

const finish = async (
  deps: RescoreDeps,
  { message, request }: Asked,
  current: TicketState | undefined,
  pointer: Pointer,
  scored: ReadonlyMap<string, ScoredTicket>,
): Promise<RescoreOutcome> => {
  const { ticketId, orderKey } = request;
  const { messageId } = message;
  try {
    if (!current || current.ticket.orderKey !== orderKey) return { kind: 'settled', messageId, ticketId };
    // Stored by an attempt that may have failed before it was published.
    if (current.decision.decision.attempt === 'rescored') return await keepAndPublish(deps, messageId, current, current.decision);
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
    const stored = { decision, embedding: prediction?.embedding, embeddingSpace: prediction?.embeddingSpace };
    // The state says which rescoring was first: a decision that lost there is kept nowhere.
    if ((await deps.records.replaceDecision(stored)) === 'superseded') return { kind: 'settled', messageId, ticketId };
    return await keepAndPublish(deps, messageId, current, stored);
  } catch (error) {
    return failed(deps, message, error);
  }
};

const keepAndPublish = async (
  deps: RescoreDeps,
  messageId: string,
  current: TicketState,
  decision: StoredDecision,
): Promise<RescoreOutcome> => {
  const stored = await deps.records.keepDecision(decision, current.ticket.eventKey);
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

const NOT_A_REQUEST: QuarantineReason = {
  code: 'not-an-event',
  sentence: 'The message on the rescore queue is not a request to rescore a ticket.',
};

/** What another try can mend goes back to the queue; the rest waits in quarantine for somebody to mend it. */
const failed = async (deps: RescoreDeps, message: InboundMessage, error: unknown): Promise<RescoreOutcome> =>
  isPermanent(error)
    ? setAside(deps, message, { code: 'not-processable', sentence: error.message })
    : { kind: 'retry', messageId: message.messageId, error };

const setAside = async (deps: RescoreDeps, message: InboundMessage, reason: QuarantineReason): Promise<RescoreOutcome> => {
  const { messageId, body } = message;
  try {
    await deps.quarantine.keep({ messageId, queue: 'rescore', reason, body, receivedAtMs: deps.clock.now() });
    return { kind: 'quarantined', messageId, reason };
  } catch (error) {
    return { kind: 'retry', messageId, error };
  }
};
