import type { CarriedText } from '../contracts/bus-event.ts';
import type { UnfamiliarTicket } from './emerging.ts';

/** One ticket version's topic by one map: a fact, from which all counts are derived. */
export interface Assignment {
  readonly ticketId: string;
  /** Version of the clustering model whose map was read. */
  readonly mapVersion: number;
  /** Null where the ticket is too far from every topic of the map. */
  readonly topic: { readonly id: string; readonly label: string; readonly similarity: number } | null;
  /** Orders assignments of a ticket: its order key, then the attempt. */
  readonly order: string;
  /** Event time of the ticket, ISO 8601 in UTC. */
  readonly time: string;
  /** Where it lies, of a ticket that the past does not resemble: to be compared with others of its kind. */
  readonly unfamiliar: UnfamiliarTicket | undefined;
}

/** A group of tickets that are closer to one another than to the past. */
export interface Candidate {
  readonly candidateId: string;
  readonly mapVersion: number;
  /** Event time of its first ticket, ISO 8601 in UTC. */
  readonly firstSeen: string;
  readonly noticedAt: string;
  /** In order of time. */
  readonly ticketIds: readonly string[];
  /** What its tickets say and others do not, the best first; none where they share no words. */
  readonly phrases: readonly string[];
  /** The mean direction of its tickets, see packDirection: what is similar to it belongs to it. */
  readonly centre: string;
}

export interface TopicRecords {
  /** Keeps the assignment unless one of a later version or attempt is there; keeping it again is `stored` too. */
  keepAssignment(assignment: Assignment): Promise<'stored' | 'superseded'>;
  /** Tickets of one hour (start, ISO 8601) that the past of this map does not resemble; MOST_COMPARED_AN_HOUR of more. */
  readUnfamiliar(mapVersion: number, hour: string): Promise<readonly UnfamiliarTicket[]>;
  /** The centres of the groups of this map which have been announced. */
  readAnnounced(mapVersion: number): Promise<readonly string[]>;
  /** Keeps a group as a candidate for a new topic unless there is one of its id; returns the one that is to be announced now. */
  keepCandidate(candidate: Candidate): Promise<Candidate | 'announced'>;
  /** Notes that the candidate has been announced. */
  candidateAnnounced(candidate: Candidate): Promise<void>;
}

/** The redacted texts of tickets; those that are not known are not in the map. */
export interface TicketTexts {
  readTexts(ticketIds: readonly string[]): Promise<ReadonlyMap<string, CarriedText>>;
}

/** Start of the hour that a time lies in, e.g. `2026-11-22T10`. */
export const hourOf = (isoTime: string): string => isoTime.slice(0, 13);
