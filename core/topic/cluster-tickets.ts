import type { Clock } from '../clock.ts';
import type { TicketRouted, TopicEmerging } from '../contracts/bus-event.ts';
import { busEnvelopeSchema, ticketRoutedSchema } from '../contracts/bus-event.ts';
import type { Bus, InboundMessage } from '../ports.ts';
import { findEmergingGroups, HOUR_MS, MAX_CANDIDATE_TICKETS, UNEXPLAINED_WINDOW_HOURS } from './emerging.ts';
import type { UnexplainedTicket } from './emerging.ts';
import type { TopicAssigner } from './topic-assigner.ts';

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
  readonly embedding: string;
}

export interface TopicRecords {
  /** Keeps the assignment unless one of a later version or attempt is there; keeping it again is `stored` too. */
  keepAssignment(assignment: Assignment): Promise<'stored' | 'superseded'>;
  /** Tickets of one hour (start, ISO 8601) that no topic of this map explains. */
  readUnexplained(mapVersion: number, hour: string): Promise<readonly UnexplainedTicket[]>;
  /** The tickets that lead the groups of this map which have been announced. */
  readAnnounced(mapVersion: number): Promise<readonly UnexplainedTicket[]>;
  /** Keeps a group as a candidate for a new topic unless there is one of its id; returns the one that is to be announced now. */
  keepCandidate(candidate: Candidate): Promise<Candidate | 'announced'>;
  /** Notes that the candidate has been announced. */
  candidateAnnounced(candidate: Candidate): Promise<void>;
}

/** A group of similar tickets that no topic explains. */
export interface Candidate {
  readonly candidateId: string;
  readonly mapVersion: number;
  /** The first ticket of the group; the others are similar to it. */
  readonly leader: UnexplainedTicket;
  readonly noticedAt: string;
  readonly ticketIds: readonly string[];
}

export interface ClusterDeps {
  readonly records: TopicRecords;
  readonly assigner: TopicAssigner;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly abortAfter: (ms: number) => AbortSignal;
}

/** What became of one message. `skipped`: decided without an embedding; it comes again once the model has scored it. */
export type ClusterOutcome =
  | {
      readonly kind: 'assigned' | 'unexplained' | 'superseded' | 'skipped';
      readonly messageId: string;
      readonly ticketId: string;
    }
  | { readonly kind: 'unassignable'; readonly messageId: string; readonly ticketId: string; readonly why: string }
  | { readonly kind: 'retry'; readonly messageId: string; readonly error: unknown };

interface Embedded {
  readonly messageId: string;
  readonly routed: TicketRouted;
  readonly mapVersion: number;
  readonly embedding: string;
  readonly embeddingSpace: string;
}

/** Assigns routed tickets to topics, by the map that belongs to the model which embedded them, and notices new groups. */
export const createClusterTickets =
  (deps: ClusterDeps) =>
  async (messages: readonly InboundMessage[]): Promise<readonly ClusterOutcome[]> => {
    const outcomes: ClusterOutcome[] = [];
    const byVersion = new Map<number, Embedded[]>();
    for (const { messageId, body } of messages) {
      const routed = parseRouted(body);
      if (!routed) {
        outcomes.push({
          kind: 'retry',
          messageId,
          error: new Error('not a ticket.routed event; after its last try it stays in the dead-letter queue'),
        });
        continue;
      }
      const { decision, embedding, embeddingSpace, ticketId } = routed;
      if (embedding === undefined || embeddingSpace === undefined || !decision.model) {
        outcomes.push({ kind: 'skipped', messageId, ticketId });
        continue;
      }
      const mapVersion = Number(decision.model.version);
      const group = byVersion.get(mapVersion) ?? [];
      group.push({ messageId, routed, mapVersion, embedding, embeddingSpace });
      byVersion.set(mapVersion, group);
    }
    for (const [mapVersion, group] of byVersion) {
      try {
        const assigned = await assignGroup(deps, mapVersion, group);
        if (assigned.some((outcome) => outcome.kind === 'unexplained')) await noticeEmerging(deps, mapVersion, group);
        outcomes.push(...assigned);
      } catch (error) {
        outcomes.push(...group.map(({ messageId }): ClusterOutcome => ({ kind: 'retry', messageId, error })));
      }
    }
    return outcomes;
  };

const assignGroup = async (
  deps: ClusterDeps,
  mapVersion: number,
  group: readonly Embedded[],
): Promise<readonly ClusterOutcome[]> => {
  // An id of its own for each instance: a batch may hold two events of one ticket.
  const instances = group.map(({ messageId, embedding, embeddingSpace }) => ({ id: messageId, embedding, embeddingSpace }));
  const { predictions } = await deps.assigner.assign(mapVersion, instances, deps.abortAfter(deps.deadlineMs));
  return Promise.all(
    group.map(async ({ messageId, routed, embedding }): Promise<ClusterOutcome> => {
      const { ticketId, orderKey, decision, time } = routed;
      const said = predictions.get(messageId);
      if (!said) return { kind: 'retry', messageId, error: new Error('the clustering model left the ticket out of its answer') };
      if ('error' in said) return { kind: 'unassignable', messageId, ticketId, why: said.error.message };
      const order = `${orderKey}#${decision.attempt === 'first' ? 0 : 1}`;
      try {
        const kept = await deps.records.keepAssignment({ ticketId, mapVersion, topic: said.topic, order, time, embedding });
        if (kept === 'superseded') return { kind: 'superseded', messageId, ticketId };
        return { kind: said.topic ? 'assigned' : 'unexplained', messageId, ticketId };
      } catch (error) {
        return { kind: 'retry', messageId, error };
      }
    }),
  );
};

/** Looks through the last hours' unexplained tickets for a group of similar ones, and announces each group once. */
const noticeEmerging = async (deps: ClusterDeps, mapVersion: number, group: readonly Embedded[]): Promise<void> => {
  const latestMs = Math.max(...group.map(({ routed }) => Date.parse(routed.time)));
  const hours = Array.from({ length: UNEXPLAINED_WINDOW_HOURS }, (_, back) =>
    hourOf(new Date(latestMs - back * HOUR_MS).toISOString()),
  );
  const [announced, ...unexplained] = await Promise.all([
    deps.records.readAnnounced(mapVersion),
    ...hours.map((hour) => deps.records.readUnexplained(mapVersion, hour)),
  ]);
  for (const tickets of findEmergingGroups(unexplained.flat(), announced)) {
    const leader = tickets[0];
    if (!leader) continue;
    const candidate = await deps.records.keepCandidate({
      candidateId: `v${mapVersion}-${leader.ticketId}`,
      mapVersion,
      leader,
      noticedAt: new Date(deps.clock.now()).toISOString(),
      ticketIds: tickets.slice(0, MAX_CANDIDATE_TICKETS).map((ticket) => ticket.ticketId),
    });
    if (candidate === 'announced') continue;
    const refused = await deps.bus.publish([{ type: 'topic.emerging', detail: topicEmerging(candidate) }]);
    if (refused.size > 0) throw new Error(`the bus refused topic.emerging: ${[...refused.values()].join('; ')}`);
    await deps.records.candidateAnnounced(candidate);
  }
};

/** The event that announces a group; what is stored is announced, so that every try announces the same. */
const topicEmerging = ({ candidateId, leader, noticedAt, ticketIds }: Candidate): TopicEmerging => ({
  id: `emerging#${candidateId}`,
  candidateId,
  firstSeen: leader.time,
  noticedAt,
  ticketIds: [...ticketIds],
});

/** Start of the hour that a time lies in, e.g. `2026-11-22T10`. */
export const hourOf = (isoTime: string): string => isoTime.slice(0, 13);

const parseRouted = (body: string): TicketRouted | undefined => {
  try {
    const envelope = busEnvelopeSchema.safeParse(JSON.parse(body));
    return envelope.success ? ticketRoutedSchema.safeParse(envelope.data.detail).data : undefined;
  } catch {
    return undefined;
  }
};
