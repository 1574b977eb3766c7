import { describe, expect, test } from 'vitest';
import { SignalboxError } from '../../../core/errors.ts';
import type { RoutingScorer } from '../../../core/route/scorer.ts';
import { MAX_RESCORE_ATTEMPTS } from '../../../core/route/rescore-tickets.ts';
import { rescoreDelaySeconds } from '../../../core/route/rescore-queue.ts';
import { journeyInMemory, scorerInMemory, withMethod } from '../../support/journey-in-memory.ts';
import type { Journey } from '../../support/journey-in-memory.ts';
import { message, NOW_MS, outcomeEvent, ticketEvent } from '../../support/ticket-events.ts';

type Around = NonNullable<Parameters<typeof journeyInMemory>[0]>['around'];

/** A journey with a ticket that was decided without a model, which is there now. */
const afterNoModel = async (options: { readonly around?: Around; readonly scorer?: RoutingScorer } = {}): Promise<Journey> => {
  const journey = journeyInMemory({ pointer: { champion: null }, ...options });
  await journey.route([message(ticketEvent())]);
  journey.live.pointer = { ...journey.live.pointer, revision: 2, champion: 4 };
  journey.clock.nowMs += 30_000;
  return journey;
};

const rescore = async (journey: Journey, attempt = 1): Promise<readonly string[]> => {
  const request = { ...journey.asked[0]!, attempt };
  return (await journey.rescore([message(JSON.stringify(request))])).map(({ kind }) => kind);
};
const decisionOf = (journey: Journey) => journey.states.get('T-1')?.decision.decision;

describe('a ticket that was decided without the model', () => {
  test('is decided again, stored and published once the model answers', async () => {
    const journey = await afterNoModel();
    expect(await rescore(journey)).toEqual(['rescored']);
    expect(decisionOf(journey)).toMatchObject({
      attempt: 'rescored',
      outcome: { kind: 'routed', team: 'billing' },
      pointerRevision: 2,
      model: { name: 'routing', version: '4' },
      queuedAtMs: NOW_MS - 1_000,
      decidedAtMs: NOW_MS + 30_000,
    });
    expect(journey.published.map(({ detail }) => detail.id)).toEqual([...journey.decisions.keys()]);
    expect(journey.states.get('T-1')?.decision.embedding).toBe('embedding of call 1');
  });

  test('waits longer from try to try while there is no model', async () => {
    const journey = await afterNoModel();
    journey.live.pointer = { ...journey.live.pointer, champion: null };
    expect(await rescore(journey)).toEqual(['postponed']);
    expect(journey.asked[1]).toEqual({ ...journey.asked[0], attempt: 2 });
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(rescoreDelaySeconds)).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
  });

  test('waits longer while the model fails, too', async () => {
    const journey = await afterNoModel({ scorer: { score: () => Promise.reject(new Error('down')) } });
    expect(await rescore(journey)).toEqual(['postponed']);
    expect(decisionOf(journey)?.attempt).toBe('first');
    expect(journey.published).toHaveLength(1);
  });

  test('keeps its first decision after the last try', async () => {
    const journey = await afterNoModel({ scorer: { score: () => Promise.reject(new Error('down')) } });
    expect(await rescore(journey, MAX_RESCORE_ATTEMPTS)).toEqual(['given-up']);
    expect(journey.asked).toHaveLength(1);
    expect(decisionOf(journey)?.outcome).toEqual({ kind: 'abstained', reason: 'no-model' });
  });

  test('is published again, equal, where the first publication failed', async () => {
    let fails = false;
    const journey = await afterNoModel({
      around: withMethod('bus', 'publish', (call) => (fails ? Promise.reject(new Error('the bus is down')) : call())),
    });
    fails = true;
    expect(await rescore(journey)).toEqual(['retry']);
    const stored = structuredClone(journey.states.get('T-1')?.decision);
    fails = false;
    journey.clock.nowMs += 60_000;
    expect(await rescore(journey)).toEqual(['rescored']);
    expect(journey.states.get('T-1')?.decision).toEqual(stored);
    expect(journey.published.at(-1)).toMatchObject({ detail: { decision: stored?.decision } });
  });

  test('has its first decision published, too, where that came to pass after the second', async () => {
    let fails = true;
    const journey = journeyInMemory({
      pointer: { champion: null },
      around: withMethod('bus', 'publish', (call) => (fails ? Promise.reject(new Error('the bus is down')) : call())),
    });
    await journey.route([message(ticketEvent())]);
    fails = false;
    journey.live.pointer = { ...journey.live.pointer, champion: 1 };
    await rescore(journey);
    await journey.route([message(ticketEvent())]);
    expect(new Set(journey.published.map(({ detail }) => detail.id))).toEqual(new Set(journey.decisions.keys()));
    expect(journey.decisions.size).toBe(2);
  });

  test('is decided once where it was asked for twice in a batch', async () => {
    const journey = await afterNoModel();
    const body = JSON.stringify(journey.asked[0]);
    await journey.rescore([message(body), message(body)]);
    const rescored = journey.published.filter(({ detail }) => detail.id.endsWith('#rescored'));
    expect(new Set(rescored.map((event) => JSON.stringify(event))).size).toBe(1);
    expect(journey.decisions.size).toBe(2);
  });
});

describe('a rescoring never overrules', () => {
  test('a person', async () => {
    const journey = await afterNoModel();
    await journey.learn([message(outcomeEvent())]);
    expect(await rescore(journey)).toEqual(['settled']);
    expect(decisionOf(journey)?.attempt).toBe('first');
  });

  test('a person who is quicker than the model, nor leaves a decision that nobody hears of', async () => {
    const model = scorerInMemory();
    const journey = await afterNoModel({
      scorer: {
        score: async (...args) => {
          await journey.learn([message(outcomeEvent())]);
          return model.score(...args);
        },
      },
    });
    expect(await rescore(journey)).toEqual(['settled']);
    expect(journey.decisions.size).toBe(1);
    expect(journey.published.filter(({ type }) => type === 'ticket.routed')).toHaveLength(1);
  });

  test('a newer event', async () => {
    const journey = await afterNoModel();
    await journey.route([message(ticketEvent({ id: 'T-1/2', data: { version: 2, body: 'my refund again' } }))]);
    const before = structuredClone([...journey.states]);
    expect(await rescore(journey)).toEqual(['settled']);
    expect([...journey.states]).toEqual(before);
  });

  test('another rescoring', async () => {
    const journey = await afterNoModel();
    await rescore(journey);
    const before = structuredClone([...journey.states]);
    journey.clock.nowMs += 60_000;
    await rescore(journey);
    expect([...journey.states]).toEqual(before);
    expect(journey.decisions.size).toBe(2);
  });

  test('a decision that was made with the model', async () => {
    const journey = journeyInMemory();
    await journey.route([message(ticketEvent())]);
    const request = { type: 'rescore.v1', ticketId: 'T-1', orderKey: decisionOf(journey)?.orderKey, attempt: 1 };
    expect(await journey.rescore([message(JSON.stringify(request))])).toMatchObject([{ kind: 'settled' }]);
    expect(decisionOf(journey)?.attempt).toBe('first');
  });
});

describe('a message of the rescore queue', () => {
  test.each(['{', '{}', ticketEvent(), '{"type":"rescore.v1","ticketId":"T-1","orderKey":"x","attempt":0}'])(
    'that is no request is quarantined: %s',
    async (body) => {
      const journey = await afterNoModel();
      const outcomes = await journey.rescore([message(body), message(JSON.stringify(journey.asked[0]))]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['quarantined', 'rescored']);
      expect(journey.quarantined).toMatchObject([{ queue: 'rescore', body, reason: { code: 'not-an-event' } }]);
    },
  );

  test('that cannot be quarantined goes back alone', async () => {
    const journey = await afterNoModel({ around: withMethod('quarantine', 'keep', () => Promise.reject(new Error('down'))) });
    const outcomes = await journey.rescore([message('{'), message(JSON.stringify(journey.asked[0]))]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['retry', 'rescored']);
  });

  test('about a ticket that is not known any more is done', async () => {
    const journey = await afterNoModel();
    journey.states.clear();
    expect(await rescore(journey)).toEqual(['settled']);
  });

  test('about a state that nobody can read is quarantined, and the others are done', async () => {
    let unreadable = '';
    const journey = await afterNoModel({
      around: withMethod('records', 'readStates', (call, [ids]) =>
        (ids as readonly string[]).includes(unreadable)
          ? Promise.reject(
              new SignalboxError('Item ticket#T-2/state is not shaped as expected; mend or remove it.', { retryable: false }),
            )
          : call(),
      ),
    });
    unreadable = 'T-2';
    const [request] = journey.asked;
    const outcomes = await journey.rescore([
      message(JSON.stringify({ ...request, ticketId: 'T-2' })),
      message(JSON.stringify(request)),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['quarantined', 'rescored']);
  });
});
