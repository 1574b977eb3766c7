import type { TicketHistory } from '../../adapters/dynamodb/ticket-history.ts';
import type { TicketTopic } from '../../adapters/dynamodb/ticket-topic.ts';
import type { Decision } from '../../core/contracts/bus-event.ts';

/** Everything about one ticket, as `ticket show --json` prints it. */
export interface ShownTicket {
  readonly ticketId: string;
  readonly version: number;
  readonly standing: Standing;
  /** In the order in which it happened. */
  readonly timeline: readonly TimelineEntry[];
  /** Null until the ticket has been looked at; its topic is null where no topic explains it. */
  readonly topic: TicketTopic | null;
}

/** Where the ticket is now, and on whose word. */
export type Standing =
  | { readonly team: string; readonly by: 'people' | 'model' }
  /** Nobody has said yet: people have it. */
  | { readonly team: null; readonly by: null };

export type TimelineEntry =
  | {
      readonly kind: 'event';
      readonly at: string;
      readonly version: number;
      readonly source: string;
      readonly id: string;
      readonly channel: string | undefined;
      readonly subject: string;
      readonly body: string;
      /** S3 key of the whole text where the body was cut. */
      readonly ref: string | undefined;
    }
  | { readonly kind: 'decision'; readonly at: string; readonly decision: Decision }
  | {
      readonly kind: 'outcome';
      readonly at: string;
      readonly lesson: 'resolved' | 'corrected' | 'rated';
      readonly source: string;
      readonly id: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly by: string | undefined;
      readonly rating: number | undefined;
      readonly handleTimeSeconds: number | undefined;
      readonly reopened: boolean | undefined;
    };

/** Puts what is stored of a ticket into the order in which it happened: by event time, decisions after what they are about. */
export const shownTicket = (
  { state, settledLabels, decisions, outcomes }: TicketHistory,
  topic: TicketTopic | undefined,
): ShownTicket => {
  const events = decisions
    .filter(({ stored }) => stored.decision.attempt === 'first')
    .map(({ ticket, eventKey }): TimelineEntry => ({
      kind: 'event',
      at: ticket.time,
      version: ticket.version,
      ...eventKey,
      channel: ticket.channel,
      ...ticket.text,
      ref: ticket.text.ref,
    }));
  const decided = decisions.map(({ stored: { decision } }): TimelineEntry => ({
    kind: 'decision',
    at: new Date(decision.decidedAtMs).toISOString(),
    decision,
  }));
  const said = outcomes.map(
    ({ time, lesson, eventKey, labels, resolvedBy, correctedBy, rating, handleTimeSeconds, reopened }): TimelineEntry => ({
      kind: 'outcome',
      at: time,
      lesson,
      ...eventKey,
      labels,
      by: correctedBy ?? resolvedBy,
      rating,
      handleTimeSeconds,
      reopened,
    }),
  );
  return {
    ticketId: state.ticket.ticketId,
    version: state.ticket.version,
    standing: standingOf(state.decision.decision, settledLabels),
    timeline: [...events, ...decided, ...said].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    topic: topic ?? null,
  };
};

const standingOf = ({ outcome }: Decision, settled: Readonly<Record<string, string>> | undefined): Standing => {
  const team = settled?.['team'];
  if (team !== undefined) return { team, by: 'people' };
  return outcome.kind === 'routed' ? { team: outcome.team, by: 'model' } : { team: null, by: null };
};
