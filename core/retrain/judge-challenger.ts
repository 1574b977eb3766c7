import type { Decision, TicketRouted } from '../contracts/bus-event.ts';
import type { LabelMap } from '../labels/label-map.ts';
import { chooseVersion } from '../route/choose-version.ts';
import { teamOf } from './evaluate-batch.ts';
import type { Predictions } from './evaluate-batch.ts';
import { MAX_FAILED_SHARE } from './gate.ts';
import { MAIN_HEAD } from './training-example.ts';

/**
 * A challenger that passed the gate shares most answers with the champion. One that gives another answer every second time meets
 * tickets unlike the ones it was tested on: not to be trusted without a person having looked.
 */
export const MIN_AGREEMENT = 0.5;
/** From here on, an agreement of a good challenger does not fall below the minimum by chance. */
export const MIN_TICKETS_TO_COMPARE = 30;

export interface Observation {
  readonly healthy: boolean;
  /** One sentence for a person. */
  readonly reason: string;
  /** Tickets that the challenger was asked about. */
  readonly n: number;
  /** Of these, how many it had no answer for. */
  readonly failed: number;
  /** Share (0..1) of answers equal to those that the champion had given; null where there was nothing to compare. */
  readonly agreement: number | null;
}

/** Judges a challenger by what it says, in labels of today, about tickets that the champion has decided. */
export function judgeShadow(
  version: number,
  routed: readonly TicketRouted[],
  challenger: Predictions,
  labels: LabelMap,
): Observation {
  const n = routed.length;
  const failed = routed.filter(({ ticketId }) => teamOf(challenger.get(ticketId)) === undefined).length;
  const pairs = routed.flatMap(({ ticketId, decision }) => {
    const decided = decision.heads[MAIN_HEAD]?.label;
    const before = decided === undefined ? undefined : labels.current(MAIN_HEAD, decided);
    const now = teamOf(challenger.get(ticketId));
    return before === undefined || now === undefined ? [] : [before === now];
  });
  const agreement = pairs.length === 0 ? null : pairs.filter(Boolean).length / pairs.length;
  const seen = (healthy: boolean, reason: string): Observation => ({ healthy, reason, n, failed, agreement });

  if (n === 0) return seen(true, `No ticket was routed lately: nothing speaks for or against version ${version}.`);
  if (isTooMany(failed, n)) return seen(false, `Version ${version} could not score ${failed} of the latest ${n} tickets.`);
  if (agreement === null) return seen(true, `Version ${version} scored the latest ${n} tickets; no champion had decided them.`);
  const comparison = `Version ${version} agrees with the champion on ${Math.round(agreement * 100)} % of the latest ${pairs.length} tickets`;
  if (pairs.length >= MIN_TICKETS_TO_COMPARE && agreement < MIN_AGREEMENT) {
    return seen(false, `${comparison}, less than ${MIN_AGREEMENT * 100} %: a person should look.`);
  }
  return seen(true, `${comparison}.`);
}

export interface Canary {
  readonly version: number;
  readonly champion: number | null;
  readonly share: number | undefined;
  readonly sinceMs: number;
}

/**
 * Judges a challenger by the decisions it was given. One that ends without the model names no version; whose it was follows from the
 * ticket's id and the share. Where the share is not known, all of them count against the challenger: the champion stays, and that
 * is the safe side.
 * @param decisions may hold those of other versions and times, and any of them twice
 */
export function judgeCanary(canary: Canary, decisions: readonly Decision[]): Observation {
  const { version } = canary;
  const once = new Map(decisions.map((decision) => [decision.id, decision]));
  const own = [...once.values()].filter(
    (decision) =>
      decision.attempt === 'first' &&
      decision.decidedAtMs >= canary.sinceMs &&
      (decision.model === null
        ? isDegraded(decision) && wasGivenTo(canary, decision.ticketId)
        : decision.model.version === String(version)),
  );
  const n = own.length;
  const failed = own.filter((decision) => isDegraded(decision) || isUnscored(decision)).length;
  const seen = (healthy: boolean, reason: string): Observation => ({ healthy, reason, n, failed, agreement: null });
  if (n === 0) return seen(true, `No ticket came to version ${version} in its canary: nothing speaks for or against it.`);
  const summary = `Version ${version} was given ${n} tickets in its canary and had no answer for ${failed}`;
  return isTooMany(failed, n) ? seen(false, `${summary}: too many.`) : seen(true, `${summary}.`);
}

const isDegraded = ({ outcome }: Decision): boolean => outcome.kind === 'abstained' && outcome.reason === 'degraded';
const isUnscored = ({ outcome }: Decision): boolean => outcome.kind === 'abstained' && outcome.reason === 'not-scored';

function wasGivenTo({ version, champion, share }: Canary, ticketId: string): boolean {
  if (share === undefined || champion === null) return true;
  const pointer = { revision: 0, champion, previous: null, challenger: { version, share } };
  return chooseVersion(pointer, ticketId)?.version === version;
}

/** One failure among a few tickets is an accident, unless nothing but failures was seen. */
const isTooMany = (failed: number, n: number): boolean => failed > MAX_FAILED_SHARE * n && (failed > 1 || n === 1);
