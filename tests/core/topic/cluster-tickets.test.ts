import { describe, expect, test } from 'vitest';
import type { InboundMessage } from '../../../core/ports.ts';
import { BRAKES, BELLS, routed, assigner, clustering, brakes } from '../../support/clustering-in-memory.ts';
import { message } from '../../support/ticket-events.ts';

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

test('a batch answers for every message once', async () => {
  const { cluster } = clustering();
  const batch: readonly InboundMessage[] = [...brakes(11), routed(), routed({ embedding: undefined, ticketId: 'T-9' }), '{'].map(
    (body) => message(body),
  );
  const outcomes = await cluster(batch);
  expect(outcomes.map(({ messageId }) => messageId).toSorted()).toEqual(batch.map(({ messageId }) => messageId).toSorted());
});
