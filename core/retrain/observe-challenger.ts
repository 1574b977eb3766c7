import type { Clock } from '../clock.ts';
import { ticketRoutedSchema } from '../contracts/bus-event.ts';
import type { Decision, TicketRouted } from '../contracts/bus-event.ts';
import { hasWords, modelText } from '../event/ticket.ts';
import { currentPredictions } from '../labels/current-prediction.ts';
import type { LabelMap } from '../labels/label-map.ts';
import type { RoutingScorer } from '../route/scorer.ts';
import { addDays, dayOf } from '../days.ts';
import type { EventLogReader } from '../archive/event-log.ts';
import { judgeCanary, judgeShadow } from './judge-challenger.ts';
import type { Observation } from './judge-challenger.ts';
import type { ObserveInput } from './steps.ts';

/** Enough to see a twentieth fail, few enough for one function's time. */
export const MAX_SHADOW_TICKETS = 300;
/** A quiet week-end must not leave the shadow without tickets. */
const SHADOW_DAYS = 7;
/** Lines lie in the order of their arrival only roughly: an object holds what came within a batching window, or later by redrive. */
const DISORDER_MS = 15 * 60_000;

export interface ObserveDeps {
  readonly eventLog: EventLogReader;
  readonly scorer: RoutingScorer;
  readonly clock: Clock;
  /** Decisions of the days before a change name former labels. */
  readonly labels: LabelMap;
}

/**
 * Looks at a challenger, off the path of tickets.
 * @throws ScoringUnavailableError where its endpoint does not answer at all
 */
export const observeChallenger =
  (deps: ObserveDeps) =>
  (input: ObserveInput, signal: AbortSignal): Promise<Observation> =>
    input.stage === 'shadow' ? observeShadow(deps, input, signal) : observeCanary(deps, input);

async function observeShadow(deps: ObserveDeps, { version, since }: ObserveInput, signal: AbortSignal): Promise<Observation> {
  const latest = new Map<string, TicketRouted>();
  for await (const { routed } of newestRouted(deps, addDays(dayOf(since), -SHADOW_DAYS))) {
    if (!latest.has(routed.ticketId) && hasWords(routed.text)) latest.set(routed.ticketId, routed);
    if (latest.size === MAX_SHADOW_TICKETS) break;
  }
  const tickets = [...latest.values()];
  if (tickets.length === 0) return judgeShadow(version, [], new Map(), deps.labels);
  const instances = tickets.map(({ ticketId, text }) => ({ id: ticketId, text: modelText(text) }));
  const { predictions } = await deps.scorer.score(version, instances, signal);
  return judgeShadow(version, tickets, currentPredictions(deps.labels, predictions), deps.labels);
}

async function observeCanary(deps: ObserveDeps, { version, champion, share, since }: ObserveInput): Promise<Observation> {
  const sinceMs = Date.parse(since);
  const decided: Decision[] = [];
  for await (const { routed, arrivedMs } of newestRouted(deps, dayOf(sinceMs - DISORDER_MS))) {
    if (arrivedMs < sinceMs - DISORDER_MS) break;
    decided.push(routed.decision);
  }
  return judgeCanary({ version, champion, share, sinceMs }, decided);
}

/** Lines that are not of the contract are passed over here: the snapshot counts and reports them. */
async function* newestRouted(
  { eventLog, clock }: ObserveDeps,
  fromDay: string,
): AsyncGenerator<{ readonly routed: TicketRouted; readonly arrivedMs: number }> {
  for await (const entry of eventLog.newestFirst({ from: fromDay, to: addDays(dayOf(clock.now()), 1) })) {
    if (entry.kind !== 'event' || entry.line.type !== 'ticket.routed') continue;
    const parsed = ticketRoutedSchema.safeParse(entry.line.detail);
    if (parsed.success) yield { routed: parsed.data, arrivedMs: Date.parse(entry.line.time) };
  }
}
