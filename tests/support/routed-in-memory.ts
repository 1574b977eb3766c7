import type { RouteOutcome } from '../../core/route/route-tickets.ts';
import type { Journey } from './journey-in-memory.ts';
import { message, ticketEvent } from './ticket-events.ts';

export const kinds = (outcomes: readonly RouteOutcome[]): readonly string[] => outcomes.map(({ kind }) => kind);
export const route = async (journey: Journey, ...bodies: readonly string[]): Promise<readonly string[]> =>
  kinds(await journey.route(bodies.map((body) => message(body))));
export const decisionOf = (journey: Journey, ticketId = 'T-1') => journey.states.get(ticketId)?.decision.decision;
export const publishedIds = (journey: Journey): readonly string[] => journey.published.map(({ detail }) => detail.id);

export const version = (number: number, body = `My refund, take ${number}`): string =>
  ticketEvent({
    id: `T-1/${number}`,
    type: number === 1 ? 'ticket.created.v1' : 'ticket.updated.v1',
    data: { version: number, body },
  });

export const kind = (outcomes: readonly RouteOutcome[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(outcomes, (outcome) => outcome.kind)).map(([name, list]) => [name, list.length]),
  );
