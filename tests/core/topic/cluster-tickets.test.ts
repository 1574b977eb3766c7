import { describe, expect, test } from 'vitest';
import type { BusEvent, TicketRouted } from '../../../core/contracts/bus-event.ts';
import type { Bus, InboundMessage } from '../../../core/ports.ts';
import { createClusterTickets } from '../../../core/topic/cluster-tickets.ts';
import type { ClusterDeps } from '../../../core/topic/cluster-tickets.ts';
import type { TopicAssigner } from '../../../core/topic/topic-assigner.ts';
import type { TicketTexts, TopicRecords } from '../../../core/topic/topic-records.ts';
import { busInMemory } from '../../support/journey-in-memory.ts';
import { message, NOW_MS } from '../../support/ticket-events.ts';
import { topicsInMemory } from '../../support/topics-in-memory.ts';

const embeddingOf = (...values: readonly number[]): string => Buffer.from(Float32Array.from(values).buffer).toString('base64');
/** Refunds have a topic and are like the past; brakes and bells are each like themselves and unlike all else. */
const REFUND = embeddingOf(1, 0, 0);
const BRAKES = embeddingOf(0, 1, 0);
const BELLS = embeddingOf(0, 0, 1);

interface RoutedFields {
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
const routed = ({
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

const assigner: TopicAssigner = {
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
const texts: TicketTexts = {
  readTexts: async (ids) =>
    Promise.resolve(
      new Map(
        ids.map((id) => [id, { subject: '', body: id.startsWith('B-') ? 'My brakes E-42 squeal' : 'My bell rings alone' }]),
      ),
    ),
};

const clustering = (deps: Partial<ClusterDeps> = {}) => {
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

const brakes = (count: number, fields: RoutedFields = {}): readonly string[] =>
  Array.from({ length: count }, (_, i) => routed({ ticketId: `B-${fields.hoursAgo ?? 0}-${i}`, embedding: BRAKES, ...fields }));

const idsOf = (published: readonly BusEvent[]): readonly string[] => published.map(({ detail }) => detail.id);

describe('a routed ticket', () => {
  test('is assigned to its topic, by the map of the model that embedded it', async () => {
    const { run, assignments } = clustering();
    expect(await run(routed(), routed({ ticketId: 'T-2', modelVersion: '2' }))).toEqual(['assigned', 'assigned']);
    expect(assignments.get('T-1')).toMatchObject({ mapVersion: 1, topic: { id: 'v1-refunds' } });
    expect(assignments.get('T-2')).toMatchObject({ mapVersion: 2, topic: { id: 'v2-refunds' } });
  });

  test('far from every topic is kept as unexplained', async () => {
    const { run, assignments } = clustering();
    expect(await run(routed({ embedding: BRAKES }))).toEqual(['unexplained']);
    expect(assignments.get('T-1')?.topic).toBeNull();
  });

  test('without an embedding is skipped: it comes again once the model has scored it', async () => {
    const { run, assignments } = clustering();
    expect(await run(routed({ embedding: undefined }))).toEqual(['skipped']);
    expect(assignments.size).toBe(0);
  });

  test('keeps the topic of its latest version and attempt, in whatever order they come', async () => {
    const events = [
      routed({ version: 1, embedding: BRAKES }),
      routed({ version: 2, embedding: BELLS }),
      routed({ version: 2, attempt: 'rescored' }),
    ];
    for (const order of [events, events.toReversed(), [events[1]!, events[2]!, events[0]!]]) {
      const one = clustering();
      for (const event of order) await one.run(event);
      const together = clustering();
      await together.run(...order);
      for (const { assignments } of [one, together])
        expect(assignments.get('T-1')).toMatchObject({ topic: { id: 'v1-refunds' } });
    }
  });

  test('that comes again changes nothing', async () => {
    const { run, assignments } = clustering();
    await run(routed());
    const before = structuredClone([...assignments]);
    expect(await run(routed())).toEqual(['assigned']);
    expect([...assignments]).toEqual(before);
  });

  test('that the model cannot place is left without a topic, and the others are assigned', async () => {
    const { run } = clustering({
      assigner: {
        assign: async (version, instances, signal) => {
          const { model, predictions } = await assigner.assign(version, instances, signal);
          const [first, second] = instances.map(({ id }) => id);
          const some = new Map(predictions).set(first!, { id: first!, error: { code: 'WrongSpace', message: 'another space' } });
          some.delete(second!);
          return { model, predictions: some };
        },
      },
    });
    expect(await run(routed({ ticketId: 'T-1' }), routed({ ticketId: 'T-2' }), routed({ ticketId: 'T-3' }))).toEqual([
      'unassignable',
      'retry',
      'assigned',
    ]);
  });

  test.each(['{', '{}', JSON.stringify({ id: 'e', 'detail-type': 'ticket.routed', source: 's', time: 't', detail: {} })])(
    'that is none goes back alone: %s',
    async (body) => {
      expect((await clustering().run(body, routed())).toSorted()).toEqual(['assigned', 'retry']);
    },
  );

  test('goes back where its map does not answer, and those of other maps are assigned', async () => {
    const { run } = clustering({
      assigner: {
        assign: (version, ...rest) => (version === 2 ? Promise.reject(new Error('down')) : assigner.assign(version, ...rest)),
      },
    });
    expect(await run(routed({ modelVersion: '2' }), routed({ ticketId: 'T-2' }))).toEqual(['retry', 'assigned']);
  });
});

describe('a group of tickets that are closer to one another than to the past', () => {
  test('is announced from the tenth ticket on, once', async () => {
    const { run, published, candidates } = clustering();
    await run(...brakes(9));
    expect(published).toEqual([]);
    await run(...brakes(10));
    await run(...brakes(12));
    expect(published).toEqual([
      {
        type: 'topic.emerging',
        detail: {
          id: 'emerging#v1-B-0-0',
          candidateId: 'v1-B-0-0',
          firstSeen: new Date(NOW_MS).toISOString(),
          noticedAt: new Date(NOW_MS).toISOString(),
          ticketIds: Array.from({ length: 10 }, (_, i) => `B-0-${i}`),
          phrases: ['brakes E-42 squeal'],
        },
      },
    ]);
    expect(candidates.size).toBe(1);
  });

  test('is announced where its tickets lie near enough to a topic, too', async () => {
    const everything: TopicAssigner = {
      assign: async (version, instances) =>
        Promise.resolve({
          model: { name: 'clustering', version: String(version) },
          predictions: new Map(instances.map(({ id }) => [id, { id, topic: { id: 't-1', label: 'repairs', similarity: 0.4 } }])),
        }),
    };
    const { run, published } = clustering({ assigner: everything });
    expect(new Set(await run(...brakes(10)))).toEqual(new Set(['assigned']));
    expect(idsOf(published)).toEqual(['emerging#v1-B-0-0']);
  });

  test('is none where the past is as similar to them as they are to one another', async () => {
    const { run, published, assignments } = clustering();
    await run(...brakes(20, { pastSimilarity: 0.6 }));
    expect(published).toEqual([]);
    expect([...assignments.values()].map(({ unfamiliar }) => unfamiliar)).toEqual(Array.from({ length: 20 }));
  });

  test('is looked for in the hours before a ticket of no known group only, and texts are read for a new group only', async () => {
    const topics = topicsInMemory();
    const calls: string[] = [];
    const counted = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (target, property) => {
          calls.push(String(property));
          return Reflect.get(target, property) as unknown;
        },
      });
    const { run } = clustering({ records: counted(topics.records), texts: counted(texts) });
    const readsOf = async (...bodies: readonly string[]): Promise<readonly string[]> => {
      calls.length = 0;
      await run(...bodies);
      return calls.filter((call) => call !== 'keepAssignment');
    };
    const hours = Array.from({ length: 6 }, () => 'readUnfamiliar');
    expect(await readsOf(routed())).toEqual([]);
    expect(await readsOf(...brakes(9))).toEqual(['readAnnounced', ...hours]);
    expect(await readsOf(...brakes(10).slice(9))).toEqual([
      'readAnnounced',
      ...hours,
      // It is looked up before its argument is there.
      'keepCandidate',
      'readTexts',
      'candidateAnnounced',
    ]);
    expect(await readsOf(...brakes(12).slice(10))).toEqual(['readAnnounced']);
  });

  test('is noticed with its tenth ticket though the index does not show that one yet', async () => {
    const topics = topicsInMemory();
    const late: TopicRecords = {
      ...topics.records,
      readUnfamiliar: async (...asked) =>
        (await topics.records.readUnfamiliar(...asked)).filter(({ ticketId }) => ticketId !== 'B-0-9'),
    };
    const { run, published } = clustering({ records: late });
    await run(...brakes(9));
    await run(...brakes(10).slice(9));
    expect(idsOf(published)).toEqual(['emerging#v1-B-0-0']);
  });

  test('is announced apart from another group', async () => {
    const { run, published } = clustering();
    const bells = Array.from({ length: 10 }, (_, i) => routed({ ticketId: `G-${i}`, embedding: BELLS }));
    await run(...brakes(10), ...bells);
    expect(idsOf(published).toSorted()).toEqual(['emerging#v1-B-0-0', 'emerging#v1-G-0']);
  });

  test('is not announced again when its first ticket is hours ago, nor for a ticket from before it', async () => {
    const { run, published } = clustering();
    await run(...brakes(10, { hoursAgo: 8 }));
    for (const hoursAgo of [9, 7, 5, 3, 1]) await run(...brakes(12, { hoursAgo }));
    expect(published).toHaveLength(1);
  });

  test('is announced for every map that does not explain it', async () => {
    const { run, published } = clustering();
    await run(...brakes(10));
    await run(...brakes(10, { hoursAgo: 1, modelVersion: '2' }));
    expect(idsOf(published)).toEqual(['emerging#v1-B-0-0', 'emerging#v2-B-1-0']);
  });

  test('of hundreds is announced with its first hundred', async () => {
    const { run, published } = clustering();
    await run(...brakes(150));
    expect(published[0]?.detail).toMatchObject({ ticketIds: { length: 100 } });
  });

  test.each(['readTexts', 'keepCandidate', 'publish', 'candidateAnnounced'])(
    'is announced as it was stored first, where %s failed once',
    async (failing) => {
      const topics = topicsInMemory();
      const { published, bus } = busInMemory();
      let failures = 2;
      // Fails once before it does anything, and once after.
      const flaky = <Port extends object>(port: Port): Port =>
        new Proxy(port, {
          get: (target, property) => {
            const original: unknown = Reflect.get(target, property);
            if (property !== failing || typeof original !== 'function') return original;
            return async (...args: readonly unknown[]): Promise<unknown> => {
              if (failures === 2) throw new Error(`failed with ${(failures -= 1)} to go`);
              const answer: unknown = await Reflect.apply(original, target, args);
              if (failures === 1) throw new Error(`failed with ${(failures -= 1)} to go`);
              return answer;
            };
          },
        });
      const { run, clock } = clustering({ records: flaky(topics.records), texts: flaky(texts), bus: flaky<Bus>(bus) });
      const tickets = brakes(10);
      for (const sixty of [0, 60_000]) {
        clock.nowMs += sixty;
        expect(new Set(await run(...tickets, ...brakes(sixty === 0 ? 0 : 2, { hoursAgo: -1 })))).toEqual(new Set(['retry']));
      }
      expect(await run(...tickets)).not.toContain('retry');
      await run(...tickets);
      expect(topics.candidates.size).toBe(1);
      expect(published.length).toBeGreaterThan(0);
      expect(new Set(published.map((event) => JSON.stringify(event))).size).toBe(1);
      expect(published.length).toBeLessThanOrEqual(3);
    },
  );
});

test('a batch answers for every message once', async () => {
  const { cluster } = clustering();
  const batch: readonly InboundMessage[] = [...brakes(11), routed(), routed({ embedding: undefined, ticketId: 'T-9' }), '{'].map(
    (body) => message(body),
  );
  const outcomes = await cluster(batch);
  expect(outcomes.map(({ messageId }) => messageId).toSorted()).toEqual(batch.map(({ messageId }) => messageId).toSorted());
});
