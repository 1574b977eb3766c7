import type { TicketRouted } from '../contracts/bus-event.ts';
import { busEnvelopeSchema, ticketRoutedSchema } from '../contracts/bus-event.ts';
import type { InboundMessage } from '../ports.ts';
import { decodeEmbedding, packDirection } from './embedding.ts';
import { unfamiliarBelow } from './emerging.ts';
import type { UnfamiliarTicket } from './emerging.ts';
import { noticeEmerging } from './notice-emerging.ts';
import type { NoticeDeps } from './notice-emerging.ts';
import type { TopicAssigner } from './topic-assigner.ts';

export interface ClusterDeps extends NoticeDeps {
  readonly assigner: TopicAssigner;
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
  readonly embedding: string;
  readonly embeddingSpace: string;
  readonly unfamiliar: UnfamiliarTicket | undefined;
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
      group.push({ messageId, routed, embedding, embeddingSpace, unfamiliar: unfamiliarOf(routed, embedding) });
      byVersion.set(mapVersion, group);
    }
    for (const [mapVersion, group] of byVersion) {
      try {
        const assigned = await assignGroup(deps, mapVersion, group);
        await noticeEmerging(deps, mapVersion, unfamiliarAmong(group, assigned));
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
    group.map(async ({ messageId, routed, unfamiliar }): Promise<ClusterOutcome> => {
      const { ticketId, orderKey, decision, time } = routed;
      const said = predictions.get(messageId);
      if (!said) return { kind: 'retry', messageId, error: new Error('the clustering model left the ticket out of its answer') };
      if ('error' in said) return { kind: 'unassignable', messageId, ticketId, why: said.error.message };
      const order = `${orderKey}#${decision.attempt === 'first' ? 0 : 1}`;
      try {
        const kept = await deps.records.keepAssignment({ ticketId, mapVersion, topic: said.topic, order, time, unfamiliar });
        if (kept === 'superseded') return { kind: 'superseded', messageId, ticketId };
        return { kind: said.topic ? 'assigned' : 'unexplained', messageId, ticketId };
      } catch (error) {
        return { kind: 'retry', messageId, error };
      }
    }),
  );
};

/** The ticket where the past does not resemble it. A text of which the model knows nothing has no direction, and says nothing. */
const unfamiliarOf = ({ ticketId, time, decision }: TicketRouted, embedding: string): UnfamiliarTicket | undefined => {
  const pastSimilarity = unfamiliarBelow(decision.similar);
  const vector = decodeEmbedding(embedding);
  if (pastSimilarity === undefined || vector.every((value) => value === 0)) return undefined;
  return { ticketId, time, direction: packDirection(vector), pastSimilarity };
};

/** Of the tickets that were kept as they are now. */
const unfamiliarAmong = (group: readonly Embedded[], outcomes: readonly ClusterOutcome[]): readonly UnfamiliarTicket[] => {
  const kept = new Set(
    outcomes.flatMap(({ kind, messageId }) => (kind === 'assigned' || kind === 'unexplained' ? [messageId] : [])),
  );
  return group.flatMap(({ messageId, unfamiliar }) => (unfamiliar !== undefined && kept.has(messageId) ? [unfamiliar] : []));
};

const parseRouted = (body: string): TicketRouted | undefined => {
  try {
    const envelope = busEnvelopeSchema.safeParse(JSON.parse(body));
    return envelope.success ? ticketRoutedSchema.safeParse(envelope.data.detail).data : undefined;
  } catch {
    return undefined;
  }
};
