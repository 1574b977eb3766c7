import type { Clock } from '../clock.ts';
import { modelText } from '../event/ticket.ts';
import type { Ticket } from '../event/ticket.ts';
import type { Pointer } from '../retrain/pointer.ts';
import { chooseVersion } from './choose-version.ts';
import { afterCall, CLOSED, deadlineOf } from './circuit-breaker.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { scoringBeforeModel } from './decide.ts';
import type { Scoring } from './decide.ts';
import type { RoutingScorer } from './scorer.ts';

export interface ScoreDeps {
  readonly scorer: RoutingScorer;
  readonly clock: Clock;
  /** Whole time that a call may take, in milliseconds. */
  readonly deadlineMs: number;
  /** A signal that aborts after so many milliseconds. */
  readonly abortAfter: (ms: number) => AbortSignal;
}

export interface ScoredTicket {
  readonly scoring: Scoring;
  readonly propensity: number;
}

/**
 * Scores a batch with one call for each serving version. A call that fails or exceeds its deadline degrades its tickets;
 * it never throws. Each version has a breaker of its own, which lives as long as the returned function.
 */
export const createTicketScoring = (deps: ScoreDeps) => {
  const breakers = new Map<number, CircuitBreaker>();

  const scoreWith = async (version: number, tickets: readonly Ticket[]): Promise<ReadonlyMap<string, Scoring>> => {
    const heard = (answered: 'answered' | 'failed'): void => {
      breakers.set(version, afterCall(breakers.get(version) ?? CLOSED, answered, deps.clock.now()));
    };
    const deadlineMs = deadlineOf(breakers.get(version) ?? CLOSED, deps.clock.now(), deps.deadlineMs);
    try {
      const instances = tickets.map((ticket) => ({ id: ticket.ticketId, text: modelText(ticket.text) }));
      const { model, predictions } = await deps.scorer.score(version, instances, deps.abortAfter(deadlineMs));
      heard('answered');
      return new Map(
        tickets.map((ticket): [string, Scoring] => {
          const said = predictions.get(ticket.ticketId);
          if (!said) return [ticket.ticketId, { kind: 'degraded', why: 'it left the ticket out of its answer' }];
          if ('error' in said) return [ticket.ticketId, { kind: 'failed', model, failure: said }];
          return [ticket.ticketId, { kind: 'scored', model, prediction: said }];
        }),
      );
    } catch (error) {
      heard('failed');
      const why = error instanceof Error ? error.message : String(error);
      return new Map(tickets.map((ticket) => [ticket.ticketId, { kind: 'degraded', why }]));
    }
  };

  return async (tickets: readonly Ticket[], pointer: Pointer): Promise<ReadonlyMap<string, ScoredTicket>> => {
    const scored = new Map<string, ScoredTicket>();
    const byVersion = new Map<number, { readonly tickets: Ticket[]; readonly propensities: Map<string, number> }>();
    for (const ticket of tickets) {
      const settled = scoringBeforeModel(ticket);
      const chosen = chooseVersion(pointer, ticket.ticketId);
      if (settled || !chosen) {
        scored.set(ticket.ticketId, { scoring: settled ?? { kind: 'no-model' }, propensity: 1 });
        continue;
      }
      const group = byVersion.get(chosen.version) ?? { tickets: [] as Ticket[], propensities: new Map<string, number>() };
      group.tickets.push(ticket);
      group.propensities.set(ticket.ticketId, chosen.propensity);
      byVersion.set(chosen.version, group);
    }
    await Promise.all(
      Array.from(byVersion, async ([version, group]) => {
        for (const [ticketId, scoring] of await scoreWith(version, group.tickets)) {
          scored.set(ticketId, { scoring, propensity: group.propensities.get(ticketId) ?? 1 });
        }
      }),
    );
    return scored;
  };
};

export type TicketScoring = ReturnType<typeof createTicketScoring>;
