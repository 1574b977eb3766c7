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

/** The first share of the tickets, by time, is history. */
export const HISTORY_SHARE = 0.8;

/** Splits tickets by time and shifts them so that the last one is now. */
export const replayOf = (tickets: readonly LabelledTicket[], nowMs: number): Replay => {
  const inOrder = tickets.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
  const shiftMs = nowMs - Date.parse(inOrder.at(-1)?.time ?? new Date(nowMs).toISOString());
  const shifted = inOrder.map((ticket) => ({ ...ticket, time: new Date(Date.parse(ticket.time) + shiftMs).toISOString() }));
  const split = Math.floor(shifted.length * HISTORY_SHARE);
  return { history: shifted.slice(0, split), live: shifted.slice(split) };
};
