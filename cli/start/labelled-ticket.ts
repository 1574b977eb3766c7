/** A ticket of which it is known where people sent it. */
export interface LabelledTicket {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly channel: string | undefined;
  readonly subject: string;
  readonly body: string;
  readonly requester: string | undefined;
  /** Head → label; `team` is always there. */
  readonly labels: Readonly<Record<string, string>> & { readonly team: string };
}

/** History is what the first models learn from; the rest is replayed as live. */
export interface Replay {
  readonly history: readonly LabelledTicket[];
  readonly live: readonly LabelledTicket[];
}

/** The first share of the tickets of a file, by time, is history. */
export const HISTORY_SHARE = 0.8;

/**
 * Splits tickets by time and shifts them so that the last one is now.
 * @param liveFrom ISO 8601 in UTC, before the shift; the last fifth of the tickets is live where undefined
 */
export const replayOf = (tickets: readonly LabelledTicket[], nowMs: number, liveFrom?: string): Replay => {
  const inOrder = tickets.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
  const shiftMs = nowMs - Date.parse(inOrder.at(-1)?.time ?? new Date(nowMs).toISOString());
  const shifted = inOrder.map((ticket) => ({ ...ticket, time: new Date(Date.parse(ticket.time) + shiftMs).toISOString() }));
  const split =
    liveFrom === undefined
      ? Math.floor(shifted.length * HISTORY_SHARE)
      : inOrder.filter(({ time }) => Date.parse(time) < Date.parse(liveFrom)).length;
  return { history: shifted.slice(0, split), live: shifted.slice(split) };
};
