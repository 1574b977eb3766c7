import { describe, expect, test } from 'vitest';
import { SignalboxError } from '../../../core/errors.ts';
import { journeyInMemory, withMethod } from '../../support/journey-in-memory.ts';
import { decisionOf, kind, publishedIds, route, version } from '../../support/routed-in-memory.ts';
import { message, NOW_MS, ticketEvent } from '../../support/ticket-events.ts';

describe('where something fails', () => {
  test('what is stored is published on the retry, not what was computed again', async () => {
    let fails = true;
    const journey = journeyInMemory({
      around: withMethod('bus', 'publish', (call) => (fails ? Promise.reject(new Error('the bus is down')) : call())),
    });
    expect(await route(journey, ticketEvent())).toEqual(['retry']);
    const stored = structuredClone([...journey.states]);
    fails = false;
    journey.clock.nowMs += 60_000;
    expect(await route(journey, ticketEvent())).toEqual(['repeated']);
    expect([...journey.states]).toEqual(stored);
    expect(journey.published).toMatchObject([{ detail: { decision: decisionOf(journey), embedding: 'embedding of call 1' } }]);
  });

  test('before the state is stored, the decision that was stored first counts', async () => {
    let fails = true;
    const journey = journeyInMemory({
      around: withMethod('records', 'keepState', (call) => (fails ? Promise.reject(new Error('throttled')) : call())),
    });
    expect(await route(journey, ticketEvent())).toEqual(['retry']);
    fails = false;
    journey.clock.nowMs += 60_000;
    expect(await route(journey, ticketEvent())).toEqual(['decided']);
    expect(decisionOf(journey)?.decidedAtMs).toBe(NOW_MS);
    expect(journey.states.get('T-1')?.decision.embedding).toBe('embedding of call 1');
    expect(journey.published).toMatchObject([{ detail: { embedding: 'embedding of call 1' } }]);
  });

  test('an event whose decision was stored is published although a later version overtook it', async () => {
    let fails = true;
    const journey = journeyInMemory({
      around: withMethod('bus', 'publish', (call) => (fails ? Promise.reject(new Error('the bus is down')) : call())),
    });
    await route(journey, version(1));
    fails = false;
    await route(journey, version(2));
    expect(await route(journey, version(1))).toEqual(['late']);
    expect(new Set(publishedIds(journey))).toEqual(new Set(journey.decisions.keys()));
    expect(journey.states.get('T-1')?.ticket.version).toBe(2);
  });

  test('only the entry that the bus refuses goes back', async () => {
    const journey = journeyInMemory({
      around: withMethod('bus', 'publish', async (call, [events]) => {
        await call();
        const refused = (events as readonly { detail: { id: string } }[]).filter(({ detail }) => detail.id.startsWith('T-2'));
        return new Map(refused.map(({ detail }) => [detail.id, 'InternalFailure: try again']));
      }),
    });
    const outcomes = await journey.route(
      ['T-1', 'T-2', 'T-3'].map((ticketId) => message(ticketEvent({ ticketId }), { messageId: ticketId })),
    );
    expect(outcomes.filter((outcome) => outcome.kind === 'retry')).toMatchObject([
      { messageId: 'T-2', error: expect.stringContaining('InternalFailure') },
    ]);
    expect(outcomes).toHaveLength(3);
  });

  test.each(['keepReceipt', 'keepDecision', 'keepState'])('in %s of one ticket, the others are decided', async (method) => {
    const journey = journeyInMemory({
      around: withMethod('records', method, (call, args) =>
        JSON.stringify(args).includes('T-2') ? Promise.reject(new Error('throttled')) : call(),
      ),
    });
    const outcomes = await journey.route(
      ['T-1', 'T-2', 'T-3'].map((ticketId) => message(ticketEvent({ ticketId }), { messageId: ticketId })),
    );
    expect(outcomes.filter((outcome) => outcome.kind === 'retry')).toMatchObject([{ messageId: 'T-2' }]);
    expect(kind(outcomes)).toEqual({ decided: 2, retry: 1 });
  });

  test('a ticket whose stored state nobody can read is quarantined, and the others are decided', async () => {
    const journey = journeyInMemory({
      around: withMethod('records', 'readStates', (call, [ids]) =>
        (ids as readonly string[]).includes('T-2')
          ? Promise.reject(
              new SignalboxError('Item ticket#T-2/state is not shaped as expected; mend or remove it.', { retryable: false }),
            )
          : call(),
      ),
    });
    const outcomes = await journey.route(
      ['T-1', 'T-2', 'T-3'].map((ticketId) => message(ticketEvent({ ticketId }), { messageId: ticketId })),
    );
    expect(kind(outcomes)).toEqual({ decided: 2, quarantined: 1 });
    expect(journey.quarantined).toMatchObject([
      { messageId: 'T-2', reason: { code: 'not-processable', sentence: expect.stringContaining('mend or remove it') } },
    ]);
  });

  test('a whole batch goes back where the states cannot be read', async () => {
    const journey = journeyInMemory({
      around: withMethod('records', 'readStates', () => Promise.reject(new Error('the table is down'))),
    });
    expect(await route(journey, ticketEvent(), ticketEvent({ ticketId: 'T-2' }))).toEqual(['retry', 'retry']);
    expect(journey.receipts.size).toBe(0);
  });

  test('a message that cannot be quarantined goes back alone', async () => {
    const journey = journeyInMemory({
      around: withMethod('quarantine', 'keep', () => Promise.reject(new Error('the table is down'))),
    });
    expect((await route(journey, '{', ticketEvent())).toSorted()).toEqual(['decided', 'retry']);
  });
});

describe('without the model', () => {
  test('the policy decides before the first promotion, and another look is asked for', async () => {
    const journey = journeyInMemory({ pointer: { champion: null } });
    expect(await route(journey, ticketEvent())).toEqual(['decided']);
    expect(decisionOf(journey)).toMatchObject({ outcome: { kind: 'abstained', reason: 'no-model' }, propensity: 1, model: null });
    expect(journey.asked).toEqual([{ type: 'rescore.v1', ticketId: 'T-1', orderKey: decisionOf(journey)?.orderKey, attempt: 1 }]);
    expect(journey.published).toHaveLength(1);
  });

  test('the policy decides where the model fails, and another look is asked for', async () => {
    const journey = journeyInMemory({ scorer: { score: () => Promise.reject(new Error('no such endpoint')) } });
    expect(await route(journey, ticketEvent())).toEqual(['decided']);
    expect(decisionOf(journey)).toMatchObject({
      outcome: { kind: 'abstained', reason: 'degraded' },
      because: 'The model did not answer (no such endpoint); a person decides, and the ticket is looked at again later.',
    });
    expect(journey.asked).toHaveLength(1);
  });

  test('the policy decides where the deadline passes', async () => {
    const journey = journeyInMemory({
      scorer: {
        score: (_, __, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('the deadline passed')));
          }),
      },
      abortAfter: () => AbortSignal.timeout(1),
    });
    expect(await route(journey, ticketEvent())).toEqual(['decided']);
    expect(decisionOf(journey)?.outcome).toEqual({ kind: 'abstained', reason: 'degraded' });
  });

  test('a request for another look that cannot be sent brings the event back', async () => {
    let fails = true;
    const journey = journeyInMemory({
      pointer: { champion: null },
      around: withMethod('rescoreQueue', 'ask', (call) => (fails ? Promise.reject(new Error('the queue is down')) : call())),
    });
    expect(await route(journey, ticketEvent())).toEqual(['retry']);
    fails = false;
    expect(await route(journey, ticketEvent())).toEqual(['repeated']);
    expect(journey.asked).toHaveLength(1);
  });
});
