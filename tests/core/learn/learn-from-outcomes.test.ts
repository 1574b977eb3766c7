import { describe, expect, test } from 'vitest';
import { SignalboxError } from '../../../core/errors.ts';
import { DELIVERIES_TO_WAIT_FOR_TICKET, journeyInMemory, withMethod } from '../../support/journey-in-memory.ts';
import type { Journey } from '../../support/journey-in-memory.ts';
import { message, outcomeEvent, ticketEvent } from '../../support/ticket-events.ts';

type Around = NonNullable<Parameters<typeof journeyInMemory>[0]>['around'];

/** A journey that knows the tickets T-1 and T-2. */
const withTickets = async (around?: Around): Promise<Journey> => {
  const journey = journeyInMemory(around ? { around } : {});
  await journey.route([message(ticketEvent()), message(ticketEvent({ ticketId: 'T-2' }))]);
  return journey;
};
const learn = async (journey: Journey, ...bodies: readonly string[]): Promise<readonly string[]> =>
  (await journey.learn(bodies.map((body) => message(body)))).map(({ kind }) => kind);
const lessons = (journey: Journey) =>
  journey.published.flatMap((event) => (event.type === 'ticket.learned' ? [event.detail] : []));

describe('an outcome', () => {
  test('is kept, settles its ticket, and is published as a lesson with the text of the ticket', async () => {
    const journey = await withTickets();
    expect(await learn(journey, outcomeEvent({ data: { handleTimeSeconds: 90, reopened: true } }))).toEqual(['learned']);
    expect(lessons(journey)).toMatchObject([
      {
        id: 'resolved#desk#T-1/resolved',
        ticketId: 'T-1',
        text: { subject: 'Refund', body: 'Where is my refund?' },
        labels: { team: 'billing' },
        lesson: 'resolved',
        handleTimeSeconds: 90,
        reopened: true,
      },
    ]);
    expect(journey.states.get('T-1')?.settledOrder).toBeDefined();
    expect(journey.outcomes.size).toBe(1);
  });

  test('that corrects the model settles its ticket though it is not resolved, and is a lesson of its own', async () => {
    const journey = await withTickets();
    const correction = { type: 'ticket.corrected.v1', data: { labels: { team: 'returns' }, correctedBy: 'Ada' } };
    expect(await learn(journey, outcomeEvent(correction))).toEqual(['learned']);
    expect(lessons(journey)).toMatchObject([
      { id: 'corrected#desk#T-1/resolved', labels: { team: 'returns' }, lesson: 'corrected' },
    ]);
    expect([...journey.outcomes.values()]).toMatchObject([{ correctedBy: 'Ada', resolvedBy: undefined }]);
    expect(journey.states.get('T-1')?.settledOrder).toBeDefined();
  });

  test('of a person overrules another by the order of their events, whatever they are and however they arrive', async () => {
    const corrected = { type: 'ticket.corrected.v1', data: { labels: { team: 'returns' }, correctedBy: 'Ada' } };
    const early = { time: '2026-11-22T08:00:00Z' };
    const late = { time: '2026-11-22T09:00:00Z' };
    const settledBy = async (...events: readonly string[]): Promise<string | undefined> => {
      const journey = await withTickets();
      for (const event of events) await learn(journey, event);
      return journey.states.get('T-1')?.settledOrder;
    };
    const correctedFirst = [outcomeEvent({ ...corrected, ...early, id: 'c' }), outcomeEvent({ ...late, id: 'r' })];
    const resolvedFirst = [outcomeEvent({ ...early, id: 'r' }), outcomeEvent({ ...corrected, ...late, id: 'c' })];
    for (const events of [correctedFirst, resolvedFirst, correctedFirst.toReversed(), resolvedFirst.toReversed()])
      expect(await settledBy(...events)).toBe('0000000001#2026-11-22T09:00:00.000Z');
  });

  test('that corrects without saying who is quarantined', async () => {
    const journey = await withTickets();
    const anonymous = { type: 'ticket.corrected.v1', data: { labels: { team: 'returns' } } };
    expect(await learn(journey, outcomeEvent(anonymous))).toEqual(['quarantined']);
    expect(journey.quarantined[0]?.reason.sentence).toContain('`data.correctedBy`');
  });

  test('of a rating is a lesson, but settles nothing', async () => {
    const journey = await withTickets();
    expect(
      await learn(journey, outcomeEvent({ type: 'ticket.rated.v1', data: { rating: 2, comment: 'jane@example.com' } })),
    ).toEqual(['learned']);
    expect(lessons(journey)).toMatchObject([{ lesson: 'rated', rating: 2, labels: {} }]);
    expect(journey.states.get('T-1')?.settledOrder).toBeUndefined();
    expect(JSON.stringify([[...journey.outcomes], journey.published])).not.toContain('jane@');
  });

  test('that comes twice is kept once and published equal', async () => {
    const journey = await withTickets();
    expect(await learn(journey, outcomeEvent(), outcomeEvent())).toEqual(['learned', 'learned']);
    expect(await learn(journey, outcomeEvent())).toEqual(['learned']);
    expect(journey.outcomes.size).toBe(1);
    expect(new Set(lessons(journey).map((lesson) => JSON.stringify(lesson))).size).toBe(1);
  });

  test('that is later wins, in whatever order they come', async () => {
    const orders = [
      [1, 2],
      [2, 1],
    ].map(async (versions) => {
      const journey = await withTickets();
      for (const version of versions) await learn(journey, outcomeEvent({ id: `e-${version}`, data: { version } }));
      return journey.states.get('T-1')?.settledOrder;
    });
    const [inOrder, reversed] = await Promise.all(orders);
    expect(inOrder).toMatch(/^0000000002#/);
    expect(reversed).toBe(inOrder);
  });

  test('whose id another event had before is quarantined', async () => {
    const journey = await withTickets();
    await learn(journey, outcomeEvent());
    expect(await learn(journey, outcomeEvent({ data: { labels: { team: 'returns' } } }))).toEqual(['quarantined']);
    expect(await learn(journey, outcomeEvent({ id: 'T-2/created', ticketId: 'T-2' }))).toEqual(['quarantined']);
    expect(journey.quarantined.map(({ reason }) => reason.code)).toEqual(['id-reused', 'id-reused']);
    expect(lessons(journey)).toHaveLength(1);
  });

  test('that is no outcome is quarantined, and its batch goes on', async () => {
    const journey = await withTickets();
    const kinds = await learn(journey, '{', ticketEvent(), outcomeEvent({ data: { labels: undefined } }), outcomeEvent());
    expect(kinds).toEqual(['quarantined', 'quarantined', 'quarantined', 'learned']);
    expect(journey.quarantined.map(({ queue, reason }) => [queue, reason.code])).toEqual([
      ['outcomes', 'not-json'],
      ['outcomes', 'unknown-event-type'],
      ['outcomes', 'invalid-field'],
    ]);
  });
});

describe('an outcome that overtook its ticket', () => {
  test('goes back to its queue, and is learned once the ticket is there', async () => {
    const journey = journeyInMemory();
    expect(await learn(journey, outcomeEvent())).toEqual(['retry']);
    await journey.route([message(ticketEvent())]);
    expect(await learn(journey, outcomeEvent())).toEqual(['learned']);
  });

  test('is quarantined after its last wait, and may be sent again', async () => {
    const journey = journeyInMemory();
    const deliveries = Array.from({ length: DELIVERIES_TO_WAIT_FOR_TICKET + 1 }, (_, i) => i + 1);
    const outcomes = [];
    for (const receiveCount of deliveries) outcomes.push(...(await journey.learn([message(outcomeEvent(), { receiveCount })])));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry', 'retry', 'quarantined']);
    expect(journey.quarantined).toMatchObject([
      {
        reason: {
          code: 'unknown-ticket',
          sentence:
            "The outcome is for ticket T-1, which Signalbox has not seen; send the ticket's event first, then retry this one.",
        },
      },
    ]);
    await journey.route([message(ticketEvent())]);
    expect(await learn(journey, outcomeEvent())).toEqual(['learned']);
  });
});

describe('where something fails', () => {
  test('only the lesson that the bus refuses goes back', async () => {
    const journey = await withTickets(
      withMethod('bus', 'publish', async (call, [events]) => {
        await call();
        const refused = (events as readonly { detail: { id: string } }[]).filter(({ detail }) =>
          detail.id.includes('T-2/resolved'),
        );
        return new Map(refused.map(({ detail }) => [detail.id, 'InternalFailure']));
      }),
    );
    expect(await learn(journey, outcomeEvent(), outcomeEvent({ ticketId: 'T-2' }))).toEqual(['learned', 'retry']);
  });

  test.each(['keepReceipt', 'keepOutcome', 'settle'])('in %s of one outcome, the others are learned', async (method) => {
    const journey = await withTickets(
      withMethod('records', method, (call, args) =>
        JSON.stringify(args).includes('T-2/resolved') ? Promise.reject(new Error('throttled')) : call(),
      ),
    );
    expect(await learn(journey, outcomeEvent(), outcomeEvent({ ticketId: 'T-2' }))).toEqual(['learned', 'retry']);
  });

  test('all outcomes go back where the tickets cannot be read, but for what is quarantined', async () => {
    const journey = await withTickets(withMethod('records', 'readTickets', () => Promise.reject(new Error('down'))));
    expect(await learn(journey, '{', outcomeEvent(), outcomeEvent({ ticketId: 'T-2' }))).toEqual([
      'quarantined',
      'retry',
      'retry',
    ]);
  });

  test('a ticket that nobody can read quarantines its own outcome only', async () => {
    const journey = await withTickets(
      withMethod('records', 'readTickets', (call, [ids]) =>
        (ids as readonly string[]).includes('T-2')
          ? Promise.reject(
              new SignalboxError('Item ticket#T-2/state is not shaped as expected; mend or remove it.', { retryable: false }),
            )
          : call(),
      ),
    );
    expect(await learn(journey, outcomeEvent(), outcomeEvent({ ticketId: 'T-2' }))).toEqual(['learned', 'quarantined']);
    expect(journey.quarantined).toMatchObject([{ reason: { code: 'not-processable' } }]);
  });

  test('an outcome that cannot be quarantined goes back alone', async () => {
    const journey = await withTickets(withMethod('quarantine', 'keep', () => Promise.reject(new Error('down'))));
    expect(await learn(journey, '{', outcomeEvent())).toEqual(['retry', 'learned']);
  });
});
