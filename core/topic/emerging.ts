import { dotProduct, unpackDirection } from './embedding.ts';

export const HOUR_MS = 3_600_000;

/** How far back similar tickets count together. */
export const WINDOW_HOURS = 6;

/** From this size on, a group of tickets that are closer to one another than to the past is a candidate for a new topic. */
export const MIN_EMERGING_TICKETS = 10;

/** A ticket with so many companions holds a group together; one with fewer only belongs to it. */
const MIN_COMPANIONS = 4;

/**
 * Tickets of an hour that are compared, so that the price of a ticket does not grow with their number. Of n tickets that are like N past
 * ones, 3 · n / N on the mean lie closer to one of them than its third most similar past ticket (negative binomial); with six hours of
 * so many and the 20,000 that a model remembers, four would come together by chance once in thousands of times.
 */
export const MOST_COMPARED_AN_HOUR = 250;

/** Tickets that a candidate names; events and items are limited in size, groups are not. */
export const MAX_CANDIDATE_TICKETS = 100;

/** Which of the most similar past tickets a ticket's companions must be closer than: one or two may be there by chance. */
const PAST_RANK = 3;

/**
 * A ticket whose third most similar past ticket has this cosine is nothing new, and is not kept to be compared. A bound on what is
 * kept and read, no threshold of what is noticed: see docs/decisions/019.
 */
const FAMILIAR_FROM = 0.6;

/** A ticket that the past does not resemble much. */
export interface UnfamiliarTicket {
  readonly ticketId: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** See packDirection. */
  readonly direction: string;
  /** Cosine with the third most similar of the tickets that the model learned from, -1..1. */
  readonly pastSimilarity: number;
}

/**
 * @param similar the most similar tickets that the model learned from, nearest first, as the decision holds them
 * @returns the cosine with the third of them where it is low; undefined for a familiar ticket, and where there are fewer to compare with
 */
export const unfamiliarBelow = (similar: readonly { readonly similarity: number }[]): number | undefined => {
  const past = similar[PAST_RANK - 1]?.similarity;
  return past !== undefined && past < FAMILIAR_FROM ? past : undefined;
};

interface Placed {
  readonly ticket: UnfamiliarTicket;
  readonly direction: Float32Array;
}

/**
 * Finds groups of tickets that lie closer to one another than to what the model learned from: of each ticket its third most similar
 * past ticket is known, and two recent ones that are more similar to each other than both are to theirs are companions. Were the
 * recent tickets like the past ones, past neighbours would nearly always be the nearer ones, as they are many more (two-sample test
 * by nearest neighbours: Schilling 1986, "Multivariate two-sample tests based on nearest neighbors"). Tickets with four companions
 * and more hold a group together (density-based clustering: Ester et al. 1996, "DBSCAN", each ticket with its own radius).
 * @param recent tickets of the last hours, the arrived ones among them; each once
 * @param arrived ids of the tickets to start from: only groups that one of them belongs to are looked for
 * @param announced directions of the groups that are known; tickets that are more similar to one than to the past belong there
 * @returns groups of MIN_EMERGING_TICKETS or more, each in order of time; the same for every order of the tickets
 */
export const findEmergingGroups = (
  recent: readonly UnfamiliarTicket[],
  arrived: ReadonlySet<string>,
  announced: readonly string[] = [],
): readonly (readonly UnfamiliarTicket[])[] => {
  const known = announced.map(unpackDirection);
  const placed = recent
    .toSorted(byTime)
    .map((ticket): Placed => ({ ticket, direction: unpackDirection(ticket.direction) }))
    .filter((one) => !belongs(one, known));
  const companions = new Map<Placed, readonly Placed[]>();
  const companionsOf = (one: Placed): readonly Placed[] => {
    const found = companions.get(one) ?? placed.filter((other) => other !== one && areCompanions(one, other));
    companions.set(one, found);
    return found;
  };
  const holdsTogether = (one: Placed): boolean => companionsOf(one).length >= MIN_COMPANIONS;
  const grouped = new Set<Placed>();
  const groups: (readonly UnfamiliarTicket[])[] = [];
  for (const start of placed) {
    if (!arrived.has(start.ticket.ticketId)) continue;
    for (const seed of [start, ...companionsOf(start)]) {
      if (grouped.has(seed) || !holdsTogether(seed)) continue;
      const members = new Set([seed]);
      for (const member of members) {
        if (!holdsTogether(member)) continue;
        grouped.add(member);
        for (const companion of companionsOf(member)) members.add(companion);
      }
      if (members.size >= MIN_EMERGING_TICKETS) groups.push([...members].map(({ ticket }) => ticket).toSorted(byTime));
    }
  }
  return groups;
};

/** Those of the tickets that belong to none of the groups. */
export const notAnnounced = (tickets: readonly UnfamiliarTicket[], announced: readonly string[]): readonly UnfamiliarTicket[] => {
  const known = announced.map(unpackDirection);
  return tickets.filter((ticket) => !belongs({ ticket, direction: unpackDirection(ticket.direction) }, known));
};

const belongs = ({ ticket, direction }: Placed, known: readonly Float32Array[]): boolean =>
  known.some((centre) => dotProduct(centre, direction) > ticket.pastSimilarity);

const areCompanions = (one: Placed, other: Placed): boolean =>
  dotProduct(one.direction, other.direction) > Math.max(one.ticket.pastSimilarity, other.ticket.pastSimilarity);

const byTime = (a: UnfamiliarTicket, b: UnfamiliarTicket): number =>
  a.time < b.time || (a.time === b.time && a.ticketId < b.ticketId) ? -1 : 1;
