import type { BusEvent, TicketRouted } from '../../core/contracts/bus-event.ts';
import { createClusterTickets } from '../../core/topic/cluster-tickets.ts';
import type { ClusterDeps } from '../../core/topic/cluster-tickets.ts';
import type { TopicAssigner } from '../../core/topic/topic-assigner.ts';
import type { TicketTexts } from '../../core/topic/topic-records.ts';
import { busInMemory } from './journey-in-memory.ts';
import { message, NOW_MS } from './ticket-events.ts';
import { topicsInMemory } from './topics-in-memory.ts';

const embeddingOf = (...values: readonly number[]): string => Buffer.from(Float32Array.from(values).buffer).toString('base64');
/** Refunds have a topic and are like the past; brakes and bells are each like themselves and unlike all else. */
export const REFUND = embeddingOf(1, 0, 0);
export const BRAKES = embeddingOf(0, 1, 0);
export const BELLS = embeddingOf(0, 0, 1);

export interface RoutedFields {
  readonly ticketId?: string;
  readonly version?: number;
  readonly attempt?: 'first' | 'rescored';
  readonly embedding?: string | undefined;
  /** Cosine of the third most similar past ticket. */
  readonly pastSimilarity?: number;
  readonly hoursAgo?: number;
  readonly modelVersion?: string;
}

/** A `ticket.routed` event as a rule of the bus hands it on. */
export const routed = ({
  ticketId = 'T-1',
  version = 1,
  attempt = 'first',
  hoursAgo = 0,
  modelVersion = '1',
  ...fields
}: RoutedFields = {}): string => {
  const time = new Date(NOW_MS - hoursAgo * 3_600_000).toISOString();
  const orderKey = `${String(version).padStart(10, '0')}#${time}`;
  const id = `${ticketId}#${orderKey}#${attempt}`;
  const embedding = 'embedding' in fields ? fields.embedding : REFUND;
  const { pastSimilarity = embedding === REFUND ? 0.9 : 0.1 } = fields;
  const detail: TicketRouted = {
    id,
    ticketId,
    version,
    orderKey,
    time,
    text: { subject: '', body: '' },
    decision: {
      id,
      ticketId,
      ticketVersion: version,
      orderKey,
      attempt,
      outcome: { kind: 'routed', team: 'billing', probability: 0.9 },
      because: '',
      heads: {},
      features: [],
      similar: [0.95, 0.92, pastSimilarity].map((similarity, i) => ({ ticketId: `P-${i}`, similarity, labels: {} })),
      rules: [],
      propensity: 1,
      model: { name: 'routing', version: modelVersion },
      policyRevision: 1,
      pointerRevision: 1,
      queuedAtMs: NOW_MS,
      decidedAtMs: NOW_MS,
    },
    embedding,
    embeddingSpace: 'tests',
  };
  return JSON.stringify({ id: 'envelope', 'detail-type': 'ticket.routed', source: 'signalbox', time, detail });
};

export const assigner: TopicAssigner = {
  assign: async (version, instances) =>
    Promise.resolve({
      model: { name: 'clustering', version: String(version) },
      predictions: new Map(
        instances.map(({ id, embedding }) => [
          id,
          { id, topic: embedding === REFUND ? { id: `v${version}-refunds`, label: 'refunds', similarity: 0.9 } : null },
        ]),
      ),
    }),
};

/** Tickets say what their ids begin with: `B-…` is about brakes. */
export const texts: TicketTexts = {
  readTexts: async (ids) =>
    Promise.resolve(
      new Map(
        ids.map((id) => [id, { subject: '', body: id.startsWith('B-') ? 'My brakes E-42 squeal' : 'My bell rings alone' }]),
      ),
    ),
};

export const clustering = (deps: Partial<ClusterDeps> = {}) => {
  const topics = topicsInMemory();
  const { published, bus } = busInMemory();
  const clock = { nowMs: NOW_MS, now: (): number => clock.nowMs };
  const cluster = createClusterTickets({
    records: topics.records,
    texts,
    assigner,
    bus,
    clock,
    deadlineMs: 20_000,
    abortAfter: () => new AbortController().signal,
    ...deps,
  });
  const run = async (...bodies: readonly string[]): Promise<readonly string[]> => {
    const outcomes = await cluster(bodies.map((body) => message(body)));
    return outcomes.map(({ kind }) => kind);
  };
  return { ...topics, published, clock, run, cluster };
};

export const brakes = (count: number, fields: RoutedFields = {}): readonly string[] =>
  Array.from({ length: count }, (_, i) => routed({ ticketId: `B-${fields.hoursAgo ?? 0}-${i}`, embedding: BRAKES, ...fields }));

export const idsOf = (published: readonly BusEvent[]): readonly string[] => published.map(({ detail }) => detail.id);
