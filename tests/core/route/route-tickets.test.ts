import { describe, expect, test } from 'vitest';
import { journeyInMemory, scorerInMemory } from '../../support/journey-in-memory.ts';
import { decisionOf, kind, route, version } from '../../support/routed-in-memory.ts';
import { message, NOW_MS, ticketEvent } from '../../support/ticket-events.ts';

describe('a ticket', () => {
  test('is decided, stored and published', async () => {
    const journey = journeyInMemory();
    expect(await route(journey, ticketEvent())).toEqual(['decided']);
    expect(decisionOf(journey)).toMatchObject({
      outcome: { kind: 'routed', team: 'billing', probability: 0.9 },
      attempt: 'first',
      propensity: 1,
      pointerRevision: 1,
      model: { name: 'routing', version: '1' },
      queuedAtMs: NOW_MS - 1_000,
      decidedAtMs: NOW_MS,
    });
    expect(journey.published).toMatchObject([
      { type: 'ticket.routed', detail: { ticketId: 'T-1', decision: decisionOf(journey) } },
    ]);
    expect(journey.asked).toEqual([]);
  });

  test.each([
    ['routed', 'Where is my refund?'],
    ['abstained', 'Hello'],
  ])(
    'that is %s keeps why, in its record and in its event: the words, and three past tickets with their labels',
    async (kind, body) => {
      const journey = journeyInMemory();
      await route(journey, ticketEvent({ data: { subject: '', body } }));
      expect(decisionOf(journey)).toMatchObject({
        outcome: { kind },
        features: [{ feature: 'refund', contribution: 1.5 }],
        similar: [
          { ticketId: 'P-1', similarity: 0.9, labels: { team: 'billing' } },
          { ticketId: 'P-2', similarity: 0.8 },
          { ticketId: 'P-3', similarity: 0.7 },
        ],
      });
      expect(decisionOf(journey)?.similar).toHaveLength(3);
      expect(journey.published).toMatchObject([{ detail: { decision: decisionOf(journey) } }]);
    },
  );

  test('in a language that the encoder does not know says so, in its record, in its event, and in words', async () => {
    const foreign = scorerInMemory();
    const journey = journeyInMemory({
      scorer: {
        score: async (...asked) => {
          const answer = await foreign.score(...asked);
          const predictions = Array.from(
            answer.predictions,
            ([id, said]) => [id, 'error' in said ? said : { ...said, language: 'de', knownLanguage: false }] as const,
          );
          return { ...answer, predictions: new Map(predictions) };
        },
      },
    });
    await route(journey, ticketEvent({ data: { subject: '', body: 'Wo ist mein Refund?' } }));
    expect(decisionOf(journey)).toMatchObject({
      language: 'de',
      knownLanguage: false,
      because:
        'billing with 90 %, because of "refund". The ticket is written in German, which this model\'s encoder does not know: judged by its words and letters alone.',
    });
    expect(journey.published).toMatchObject([{ detail: { decision: decisionOf(journey) } }]);
  });

  test('under the threshold goes to a person', async () => {
    const journey = journeyInMemory();
    await route(journey, ticketEvent({ data: { subject: '', body: 'Hello' } }));
    expect(decisionOf(journey)?.outcome).toEqual({ kind: 'abstained', reason: 'low-confidence' });
  });

  test.each([
    ['an empty text', { subject: '', body: '' }],
    ['nothing but emoji', { subject: '🚲', body: '🔥🔥 1️⃣ 👍🏽' }],
    ['nothing but marks', { subject: '???', body: '...!' }],
  ])('with %s goes to a person, without a call of the model', async (_, data) => {
    const scorer = scorerInMemory();
    const journey = journeyInMemory({ scorer });
    expect(await route(journey, ticketEvent({ data }))).toEqual(['decided']);
    expect(decisionOf(journey)).toMatchObject({
      outcome: { kind: 'abstained', reason: 'no-text' },
      because: 'The ticket has no words to judge by; a person decides.',
    });
    expect(scorer.calls).toEqual([]);
    expect(journey.asked).toEqual([]);
  });

  test('of 100,000 characters carries 32 KB, and its whole text is kept beside it', async () => {
    const journey = journeyInMemory();
    const body = `refund ${'ü'.repeat(50_000)} jane@example.com`;
    expect(await route(journey, ticketEvent({ data: { body } }))).toEqual(['decided']);
    const text = journey.states.get('T-1')?.ticket.text;
    expect(new TextEncoder().encode(text?.body).length).toBeLessThanOrEqual(32 * 1024);
    expect(journey.texts.get(text?.ref ?? '')).toBe(`Refund\nrefund ${'ü'.repeat(50_000)} [email]`);
  });

  test.each([
    ['JSON that was cut off', '{', 'not-json'],
    ['an unknown type', ticketEvent({ type: 'ticket.created.v9' }), 'unknown-event-type'],
    ['a missing field', ticketEvent({ data: { body: undefined } }), 'invalid-field'],
    ['300 KB', ticketEvent({ data: { body: 'x'.repeat(300 * 1024) } }), 'too-large'],
    ['a time in the future', ticketEvent({ time: '2027-01-01T00:00:00Z' }), 'time-in-future'],
    ['half a character for a ticket id', ticketEvent({ ticketId: '\uD800' }), 'invalid-field'],
  ])('of %s is quarantined, and its batch goes on', async (_, body, code) => {
    const journey = journeyInMemory();
    expect((await route(journey, body, ticketEvent({ ticketId: 'T-2' }))).toSorted()).toEqual(['decided', 'quarantined']);
    expect(journey.quarantined).toMatchObject([{ queue: 'tickets', body, reason: { code } }]);
    expect([...journey.states.keys()]).toEqual(['T-2']);
  });
});

describe('what is private', () => {
  test('is neither stored nor published, whatever comes of the event', async () => {
    const journey = journeyInMemory({ pointer: { champion: null } });
    const texts = {
      subject: 'jane@example.com',
      body: `4111 1111 1111 1111 ${'x '.repeat(40_000)}jane@example.com`,
      requester: 'jane@example.com',
    };
    const outcomes = await journey.route([
      message(ticketEvent({ data: texts })),
      message(ticketEvent({ ticketId: 'T-2', data: { ...texts, channel: 'jane@example.com' } })),
      message(ticketEvent({ ticketId: 'T-3', id: 'T-2/created', data: { ...texts, body: 'another' } })),
    ]);
    const logged = outcomes.map((outcome) => (outcome.kind === 'decided' ? outcome.stored : outcome));
    const kept = [journey.receipts, journey.decisions, journey.states, journey.texts].map((map) => [...map]);
    const everything = JSON.stringify([
      kept,
      journey.published,
      journey.asked,
      logged,
      journey.quarantined.map(({ reason }) => reason),
    ]);
    expect(kind(outcomes)).toEqual({ decided: 2, quarantined: 1 });
    expect(everything).toContain('[email]');
    expect(everything).toContain('[card]');
    expect(everything).not.toContain('jane@');
    expect(everything).not.toContain('4111');
  });
});

describe('a repeated event', () => {
  test('in one batch is decided once', async () => {
    const scorer = scorerInMemory();
    const journey = journeyInMemory({ scorer });
    expect(await route(journey, ticketEvent(), ticketEvent())).toEqual(['decided', 'repeated']);
    expect(scorer.calls).toHaveLength(1);
    expect(new Set(journey.published.map((event) => JSON.stringify(event))).size).toBe(1);
  });

  test('in a later batch changes nothing, and what is stored is published again', async () => {
    const scorer = scorerInMemory();
    const journey = journeyInMemory({ scorer });
    await route(journey, ticketEvent());
    const before = structuredClone([...journey.states]);
    journey.clock.nowMs += 60_000;
    expect(await route(journey, ticketEvent())).toEqual(['repeated']);
    expect([...journey.states]).toEqual(before);
    expect(scorer.calls).toHaveLength(1);
    expect(journey.published[1]).toEqual(journey.published[0]);
  });

  test.each([
    ['about the same ticket', ticketEvent({ data: { body: 'Another refund' } })],
    ['about another ticket', ticketEvent({ id: 'T-1/created', ticketId: 'T-2' })],
  ])('with another content, %s, is quarantined: in a batch and in the next', async (_, other) => {
    const journey = journeyInMemory();
    expect((await route(journey, ticketEvent(), other)).toSorted()).toEqual(['decided', 'quarantined']);
    expect(await route(journey, other)).toEqual(['quarantined']);
    expect(journey.quarantined[0]?.reason).toEqual({
      code: 'id-reused',
      sentence: 'An earlier event of desk had the id T-1/created and another content; every event needs an id of its own.',
    });
    expect([...journey.states.keys()]).toEqual(['T-1']);
    expect(journey.states.get('T-1')?.ticket.text.body).toBe('Where is my refund?');
  });
});

describe('the versions of a ticket', () => {
  test('in one batch are decided in their order, whatever order they came in', async () => {
    const journey = journeyInMemory();
    expect(await route(journey, version(3), version(1), version(2))).toEqual(['decided', 'decided', 'decided']);
    expect(journey.states.get('T-1')?.ticket.version).toBe(3);
    expect(journey.decisions.size).toBe(3);
  });

  test('change nothing where a later one was there first', async () => {
    const journey = journeyInMemory();
    await route(journey, version(2));
    const before = structuredClone([...journey.states]);
    expect(await route(journey, version(1))).toEqual(['late']);
    expect([...journey.states]).toEqual(before);
    expect(journey.decisions.size).toBe(1);
    expect(journey.published).toHaveLength(1);
  });

  test('of the same number are ordered by their times', async () => {
    const journey = journeyInMemory();
    await route(journey, ticketEvent({ id: 'b', time: '2026-11-22T09:00:00+01:00' }));
    expect(await route(journey, ticketEvent({ id: 'a', time: '2026-11-22T07:59:59Z' }))).toEqual(['late']);
    expect(await route(journey, ticketEvent({ id: 'c', time: '2026-11-22T08:00:01Z' }))).toEqual(['decided']);
  });
});
