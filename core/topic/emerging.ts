import { cosine, decodeEmbedding } from './embedding.ts';

export const HOUR_MS = 3_600_000;

/** How far back similar tickets count together. */
export const UNEXPLAINED_WINDOW_HOURS = 6;

/** From this size on, a group of similar tickets that no topic explains is a candidate for a new one. */
export const MIN_EMERGING_TICKETS = 10;

/** Tickets that a candidate names; events and items are limited in size, groups are not. */
export const MAX_CANDIDATE_TICKETS = 100;

/**
 * Cosine similarity from which two tickets count as being about the same. On the sample company, after four weeks of history, 47 % of
 * the pairs of its incident exceed it and 0.9 % of the incident's pairs with other live tickets, and no other group of ten does.
 */
export const SIMILAR_FROM = 0.3;

export interface UnexplainedTicket {
  readonly ticketId: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly embedding: string;
}

/**
 * Groups tickets around leaders in order of time: a ticket joins the first leader that it is similar to, else it leads
 * (leader clustering: J. Hartigan, Clustering Algorithms, 1975, ch. 3).
 * @param announced leaders of groups that are known; tickets similar to them belong there, also after the leader's own time
 * @returns new groups of MIN_EMERGING_TICKETS or more, the leader first; the same for every order of the tickets
 */
export const findEmergingGroups = (
  tickets: readonly UnexplainedTicket[],
  announced: readonly UnexplainedTicket[] = [],
): readonly (readonly UnexplainedTicket[])[] => {
  const known = announced.map(({ embedding }) => decodeEmbedding(embedding));
  const groups: { readonly leader: Float32Array; readonly members: UnexplainedTicket[] }[] = [];
  const inOrder = tickets.toSorted((a, b) => (a.time + a.ticketId < b.time + b.ticketId ? -1 : 1));
  for (const ticket of inOrder) {
    const embedding = decodeEmbedding(ticket.embedding);
    if (known.some((leader) => cosine(leader, embedding) >= SIMILAR_FROM)) continue;
    const near = groups.find((group) => cosine(group.leader, embedding) >= SIMILAR_FROM);
    if (near) near.members.push(ticket);
    else groups.push({ leader: embedding, members: [ticket] });
  }
  return groups.map((group) => group.members).filter((members) => members.length >= MIN_EMERGING_TICKETS);
};
