import { describe, expect, test } from 'vitest';
import type { Bus } from '../../../core/ports.ts';
import type { TopicAssigner } from '../../../core/topic/topic-assigner.ts';
import type { TopicRecords } from '../../../core/topic/topic-records.ts';
import { BELLS, routed, texts, clustering, brakes, idsOf } from '../../support/clustering-in-memory.ts';
import { busInMemory } from '../../support/journey-in-memory.ts';
import { NOW_MS } from '../../support/ticket-events.ts';
import { topicsInMemory } from '../../support/topics-in-memory.ts';

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
