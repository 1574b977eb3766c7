import { describe, expect, test } from 'vitest';
import { journeyInMemory } from '../../support/journey-in-memory.ts';
import type { Journey } from '../../support/journey-in-memory.ts';
import { message, ticketEvent } from '../../support/ticket-events.ts';

const PAUSE = { by: 'Ada', reason: 'billing was renamed.', since: '2026-11-22T09:30:00.000Z' };

const decisionOf = (journey: Journey) => journey.states.get('T-1')?.decision.decision;

const pausedJourney = (options: Parameters<typeof journeyInMemory>[0] = {}): Journey => {
  const journey = journeyInMemory(options);
  journey.live.pause = PAUSE;
  return journey;
};

describe('while automation is paused', () => {
  test('a ticket that would go by itself goes to people, who see what the model says and who paused it', async () => {
    const journey = pausedJourney({ pointer: { champion: 1, challenger: { version: 2, share: 0.5 } } });
    await journey.route([message(ticketEvent())]);
    expect(decisionOf(journey)).toMatchObject({
      outcome: { kind: 'abstained', reason: 'paused' },
      because: 'Automation is paused by Ada since 2026-11-22 09:30 UTC: billing was renamed; a person decides.',
      rules: ['paused'],
      propensity: 1,
      heads: { team: { label: 'billing', accepted: true } },
      similar: [{ ticketId: 'P-1' }, { ticketId: 'P-2' }, { ticketId: 'P-3' }],
    });
    // It finds its topic all the same.
    expect(journey.published).toMatchObject([{ type: 'ticket.routed', detail: { embedding: 'embedding of call 1' } }]);
    expect(journey.asked).toEqual([]);
  });

  test('what kept the model from scoring stays the reason, and the second look leaves the ticket to people', async () => {
    const journey = pausedJourney({ pointer: { champion: null } });
    await journey.route([message(ticketEvent())]);
    expect(decisionOf(journey)?.outcome).toEqual({ kind: 'abstained', reason: 'no-model' });
    journey.live.pointer = { ...journey.live.pointer, champion: 1 };
    await journey.rescore(journey.asked.map((request) => message(JSON.stringify(request))));
    expect(decisionOf(journey)).toMatchObject({ attempt: 'rescored', outcome: { kind: 'abstained', reason: 'paused' } });
  });

  test('once it is resumed tickets go by themselves again, and what was decided meanwhile stays with people', async () => {
    const journey = pausedJourney();
    await journey.route([message(ticketEvent())]);
    journey.live.pause = undefined;
    await journey.route([message(ticketEvent()), message(ticketEvent({ ticketId: 'T-2' }))]);
    expect(decisionOf(journey)?.outcome).toEqual({ kind: 'abstained', reason: 'paused' });
    expect(journey.states.get('T-2')?.decision.decision.outcome).toMatchObject({ kind: 'routed' });
  });
});
