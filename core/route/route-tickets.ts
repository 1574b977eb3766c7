import type { Clock } from '../clock.ts';
import { isPermanent } from '../errors.ts';
import type { TicketCreated, TicketUpdated } from '../contracts/ticket-event.ts';
import { cutToCarry } from '../event/carry-text.ts';
import { receiveTicketEvent } from '../event/receive.ts';
import { afterFailure, idReused, setAside } from '../event/set-aside.ts';
import type { NotProcessed } from '../event/set-aside.ts';
import { orderKeyOf } from '../event/ticket.ts';
import type { Ticket } from '../event/ticket.ts';
import type { Bus, InboundMessage, Quarantine, TextStore } from '../ports.ts';
import { classifyArrival } from './arrival.ts';
import type { StoredDecision, TicketState } from './arrival.ts';
import { decide, decisionId, wasMadeWithoutModel } from './decide.ts';
import type { LiveRouting } from './live-routing.ts';
import type { RoutingPolicy } from './policy.ts';
import type { RescoreQueue } from './rescore-queue.ts';
import type { TicketScoring } from './score-tickets.ts';
import type { TicketRecords } from './ticket-records.ts';
import { ticketRouted } from './ticket-routed.ts';

export interface RouteDeps {
  readonly records: TicketRecords;
  readonly quarantine: Quarantine;
  readonly texts: TextStore;
  readonly bus: Bus;
  readonly rescoreQueue: RescoreQueue;
  readonly readLive: () => Promise<LiveRouting>;
  readonly scoreTickets: TicketScoring;
  readonly policy: RoutingPolicy;
  readonly clock: Clock;
}

/** What became of one message. Only `retry` goes back to the queue. */
export type RouteOutcome =
  | { readonly kind: 'decided'; readonly messageId: string; readonly stored: StoredDecision }
  | { readonly kind: 'repeated' | 'late'; readonly messageId: string; readonly ticketId: string }
  | NotProcessed;

interface Arriving {
  readonly message: InboundMessage;
  readonly ticket: Ticket;
  /** The whole text where the ticket carries only a part of it. */
  readonly wholeText: string | undefined;
}

/**
 * Takes a batch of messages of the tickets queue through receipt, scoring, decision, storage and publication, in that
 * order. Each message succeeds or fails alone; every step may be repeated and then changes nothing.
 */
export const createRouteTickets =
  (deps: RouteDeps) =>
  async (messages: readonly InboundMessage[]): Promise<readonly RouteOutcome[]> => {
    const outcomes: RouteOutcome[] = [];
    const arriving: Arriving[] = [];
    for (const message of messages) {
      const received = receiveTicketEvent(message.body, deps.clock.now());
      if (received.kind === 'accepted') arriving.push(arrivingFrom(message, received.event, received.contentHash));
      else outcomes.push(await setAside(deps, 'tickets', message, received.reason));
    }
    // Events of one ticket are taken in order, one wave after the other, so that each sees what the one before it stored.
    for (const wave of wavesOf(arriving)) outcomes.push(...(await routeWave(deps, wave)));
    return outcomes;
  };

const arrivingFrom = (message: InboundMessage, event: TicketCreated | TicketUpdated, contentHash: string): Arriving => {
  const time = new Date(event.time).toISOString();
  const orderKey = orderKeyOf(event.data.version, time);
  const { carried, whole } = cutToCarry(
    event.data.subject,
    event.data.body,
    `texts/${encodeURIComponent(event.subject)}/${orderKey}.txt`,
  );
  const ticket: Ticket = {
    ticketId: event.subject,
    version: event.data.version,
    time,
    orderKey,
    text: carried,
    channel: event.data.channel,
    requester: event.data.requester,
    language: event.data.language,
    eventKey: { source: event.source, id: event.id },
    contentHash,
  };
  return { message, ticket, wholeText: whole };
};

/** Splits a batch so that no wave holds two events of one ticket, nor two messages with the same event key. */
const wavesOf = (arriving: readonly Arriving[]): readonly (readonly Arriving[])[] => {
  const waves: { readonly arriving: Arriving[]; readonly keys: Set<string> }[] = [];
  const inOrder = arriving.toSorted((a, b) => (a.ticket.orderKey < b.ticket.orderKey ? -1 : 1));
  for (const one of inOrder) {
    const keys = [`ticket ${one.ticket.ticketId}`, `event ${one.ticket.eventKey.source} ${one.ticket.eventKey.id}`];
    const free = waves.find((wave) => !keys.some((key) => wave.keys.has(key)));
    const wave = free ?? { arriving: [], keys: new Set<string>() };
    if (!free) waves.push(wave);
    wave.arriving.push(one);
    for (const key of keys) wave.keys.add(key);
  }
  return waves.map((wave) => wave.arriving);
};

const routeWave = async (deps: RouteDeps, wave: readonly Arriving[]): Promise<readonly RouteOutcome[]> => {
  const outcomes: RouteOutcome[] = [];
  const fail = async (one: Arriving, error: unknown): Promise<void> => {
    outcomes.push(await afterFailure(deps, 'tickets', one.message, error));
  };
  let states: ReadonlyMap<string, TicketState>;
  let live: LiveRouting;
  try {
    [states, live] = await Promise.all([deps.records.readStates(wave.map((one) => one.ticket.ticketId)), deps.readLive()]);
  } catch (error) {
    // A state that nobody can read fails its own ticket, not those that it was read with.
    if (isPermanent(error) && wave.length > 1) return (await Promise.all(wave.map((one) => routeWave(deps, [one])))).flat();
    return Promise.all(wave.map((one) => afterFailure(deps, 'tickets', one.message, error)));
  }

  const fresh: Arriving[] = [];
  const publications: Publication[] = [];
  await Promise.all(
    wave.map(async (one) => {
      const { message, ticket } = one;
      try {
        const receipt = await deps.records.keepReceipt({ eventKey: ticket.eventKey, contentHash: ticket.contentHash });
        const current = states.get(ticket.ticketId);
        const arrival = classifyArrival(ticket, receipt, current);
        if (arrival === 'id-reused') {
          outcomes.push(await setAside(deps, 'tickets', message, idReused(ticket.eventKey)));
        } else if (arrival === 'new') fresh.push(one);
        else {
          // The attempt before this one may have stored its decision and failed to publish it.
          const isStoredState = arrival === 'repeated' && current?.decision.decision.attempt === 'first';
          const stored = isStoredState
            ? current.decision
            : receipt && (await deps.records.readDecision(ticket.ticketId, decisionId(ticket, 'first')));
          const done: RouteOutcome = { kind: arrival, messageId: message.messageId, ticketId: ticket.ticketId };
          if (stored) publications.push({ one, stored, done });
          else outcomes.push(done);
        }
      } catch (error) {
        await fail(one, error);
      }
    }),
  );

  const scored = await deps.scoreTickets(
    fresh.map((one) => one.ticket),
    live.pointer,
  );
  await Promise.all(
    fresh.map(async (one) => {
      const { ticket, message } = one;
      const result = scored.get(ticket.ticketId);
      if (!result) return fail(one, new Error('the scorer returned nothing for this ticket'));
      try {
        const decision = decide(ticket, result.scoring, deps.policy, {
          attempt: 'first',
          pointerRevision: live.pointer.revision,
          propensity: result.propensity,
          pause: live.pause,
          queuedAtMs: message.sentAtMs,
          decidedAtMs: deps.clock.now(),
        });
        const prediction = result.scoring.kind === 'scored' ? result.scoring.prediction : undefined;
        if (one.wholeText !== undefined && ticket.text.ref !== undefined) await deps.texts.keep(ticket.text.ref, one.wholeText);
        const stored = await deps.records.keepDecision(
          { decision, embedding: prediction?.embedding, embeddingSpace: prediction?.embeddingSpace },
          ticket,
        );
        await deps.records.keepState({ ticket, decision: stored });
        publications.push({ one, stored, done: { kind: 'decided', messageId: message.messageId, stored } });
      } catch (error) {
        await fail(one, error);
      }
    }),
  );
  return [...outcomes, ...(await publish(deps, publications))];
};

interface Publication {
  readonly one: Arriving;
  readonly stored: StoredDecision;
  readonly done: RouteOutcome;
}

/** Publishes what is stored, never what was computed beside it, and asks for another look where the model was missing. */
const publish = async (deps: RouteDeps, publications: readonly Publication[]): Promise<readonly RouteOutcome[]> => {
  if (publications.length === 0) return [];
  const asked = await Promise.all(
    publications.map(async ({ stored }): Promise<unknown> => {
      if (!wasMadeWithoutModel(stored.decision)) return undefined;
      const { ticketId, orderKey } = stored.decision;
      try {
        await deps.rescoreQueue.ask({ type: 'rescore.v1', ticketId, orderKey, attempt: 1 });
        return undefined;
      } catch (error) {
        return error;
      }
    }),
  );
  let refused: ReadonlyMap<string, string>;
  try {
    refused = await deps.bus.publish(
      publications.map(({ one, stored }) => ({ type: 'ticket.routed', detail: ticketRouted(one.ticket, stored) })),
    );
  } catch (error) {
    return publications.map(({ one }) => ({ kind: 'retry', messageId: one.message.messageId, error }));
  }
  return publications.map(({ one, stored, done }, i) => {
    const problem = asked[i] ?? refused.get(stored.decision.id);
    return problem === undefined ? done : { kind: 'retry', messageId: one.message.messageId, error: problem };
  });
};
