import { isPermanent } from '../errors.ts';
import { rescoreRequestSchema } from '../contracts/ticket-event.ts';
import type { RescoreRequest } from '../contracts/ticket-event.ts';
import type { QuarantineReason } from '../event/receive.ts';
import { afterFailure, setAside } from '../event/set-aside.ts';
import type { NotProcessed } from '../event/set-aside.ts';
import type { InboundMessage } from '../ports.ts';
import type { StoredDecision, TicketState } from './arrival.ts';
import { decide, wasMadeWithoutModel } from './decide.ts';
import type { LiveRouting } from './live-routing.ts';
import type { RouteDeps } from './route-tickets.ts';
import type { ScoredTicket } from './score-tickets.ts';
import { ticketRouted } from './ticket-routed.ts';

/** After about a day without a model the first decision stands: people have the ticket. */
export const MAX_RESCORE_ATTEMPTS = 100;

export type RescoreDeps = Omit<RouteDeps, 'texts'>;

/** What became of one request. `settled`: a person, a newer event or an earlier rescoring was first. */
export type RescoreOutcome =
  | { readonly kind: 'rescored'; readonly messageId: string; readonly stored: StoredDecision }
  | { readonly kind: 'postponed' | 'given-up' | 'settled'; readonly messageId: string; readonly ticketId: string }
  | NotProcessed;

/** Decides again about tickets that were decided without the model. Never overrules a person or a newer event. */
export const createRescoreTickets =
  (deps: RescoreDeps) =>
  async (messages: readonly InboundMessage[]): Promise<readonly RescoreOutcome[]> => {
    const outcomes: RescoreOutcome[] = [];
    const asked: Asked[] = [];
    for (const message of messages) {
      const request = parseRequest(message.body);
      if (request) asked.push({ message, request });
      else outcomes.push(await setAside(deps, 'rescore', message, NOT_A_REQUEST));
    }
    return [...outcomes, ...(asked.length > 0 ? await rescoreBatch(deps, asked) : [])];
  };

const rescoreBatch = async (deps: RescoreDeps, asked: readonly Asked[]): Promise<readonly RescoreOutcome[]> => {
  try {
    const [states, live] = await Promise.all([
      deps.records.readStates(asked.map((one) => one.request.ticketId)),
      deps.readLive(),
    ]);
    const open = [...states.values()].filter(awaitsModel);
    const scored = await deps.scoreTickets(
      open.map((state) => state.ticket),
      live.pointer,
    );
    return await Promise.all(asked.map((one) => finish(deps, one, states.get(one.request.ticketId), live, scored)));
  } catch (error) {
    // A state that nobody can read fails its own ticket, not those that it was read with.
    if (isPermanent(error) && asked.length > 1) return (await Promise.all(asked.map((one) => rescoreBatch(deps, [one])))).flat();
    return Promise.all(asked.map((one) => afterFailure(deps, 'rescore', one.message, error)));
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
  live: LiveRouting,
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
      pointerRevision: live.pointer.revision,
      propensity: result.propensity,
      pause: live.pause,
      queuedAtMs: current.decision.decision.queuedAtMs,
      decidedAtMs: deps.clock.now(),
    });
    const prediction = result.scoring.kind === 'scored' ? result.scoring.prediction : undefined;
    const stored = { decision, embedding: prediction?.embedding, embeddingSpace: prediction?.embeddingSpace };
    // The state says which rescoring was first: a decision that lost there is kept nowhere.
    if ((await deps.records.replaceDecision(stored)) === 'superseded') return { kind: 'settled', messageId, ticketId };
    return await keepAndPublish(deps, messageId, current, stored);
  } catch (error) {
    return afterFailure(deps, 'rescore', message, error);
  }
};

const keepAndPublish = async (
  deps: RescoreDeps,
  messageId: string,
  current: TicketState,
  decision: StoredDecision,
): Promise<RescoreOutcome> => {
  const stored = await deps.records.keepDecision(decision, current.ticket);
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
