import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InboundMessage } from '../../../core/ports.ts';
import type { RoutingScorer } from '../../../core/route/scorer.ts';
import { journeyInMemory, scorerInMemory } from '../../support/journey-in-memory.ts';
import type { Journey } from '../../support/journey-in-memory.ts';
import { message, outcomeEvent, ticketEvent } from '../../support/ticket-events.ts';

/** What happens at a call of a port: it works, it fails, or it works and its answer is lost. */
type Fate = 'works' | 'fails' | 'answer lost';

interface Faults {
  fates: Iterator<Fate>;
  active: boolean;
}

const faulty =
  (faults: Faults) =>
  <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, property) => {
        const original: unknown = Reflect.get(target, property);
        if (typeof original !== 'function') return original;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          const fate = faults.active ? (faults.fates.next().value as Fate) : 'works';
          if (fate === 'fails') throw new Error(`${String(property)} failed`);
          const answer: unknown = await Reflect.apply(original, target, args);
          if (fate === 'answer lost') throw new Error(`the answer of ${String(property)} was lost`);
          return answer;
        };
      },
    });

/** A model that is down for as long as the test says. */
const interruptible = (model: { down: boolean }): RoutingScorer => {
  const scorer = scorerInMemory();
  return { score: (...args) => (model.down ? Promise.reject(new Error('no endpoint')) : scorer.score(...args)) };
};

interface Step {
  readonly kind: 'tickets' | 'rescore' | 'outcomes' | 'model goes' | 'model comes';
  readonly pick: readonly number[];
}

const TICKETS = ['T-1', 'T-2', 'T-3'];
const VERSIONS = [1, 2, 3];
const EVENTS = TICKETS.flatMap((ticketId) =>
  VERSIONS.map((version) =>
    ticketEvent({ ticketId, id: `${ticketId}/${version}`, data: { version, body: `my refund ${version}` } }),
  ),
);
const OUTCOMES = TICKETS.map((ticketId) => outcomeEvent({ ticketId, data: { version: 3 } }));

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('tickets', 'tickets', 'tickets', 'rescore', 'rescore', 'outcomes', 'model goes', 'model comes'),
  pick: fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 6 }),
});
const fates = fc.infiniteStream<Fate>(fc.constantFrom('works', 'works', 'works', 'fails', 'answer lost'));

/** Plays the steps with failures, then whatever is left without: queues deliver until nothing comes back. */
const play = async (journey: Journey, faults: Faults, model: { down: boolean }, steps: readonly Step[]): Promise<void> => {
  let tickets: InboundMessage[] = EVENTS.map((body) => message(body));
  const delivered: InboundMessage[] = [];
  let requests: InboundMessage[] = [];
  let outcomes: InboundMessage[] = OUTCOMES.map((body) => message(body));
  let heard = 0;
  const hear = (): void => {
    requests.push(...journey.asked.slice(heard).map((request) => message(JSON.stringify(request))));
    heard = journey.asked.length;
  };
  const deliver = async (
    handle: (batch: readonly InboundMessage[]) => Promise<readonly { readonly kind: string; readonly messageId: string }[]>,
    queue: readonly InboundMessage[],
    batch: readonly InboundMessage[],
  ): Promise<InboundMessage[]> => {
    const results = await handle(batch);
    expect(results.map(({ messageId }) => messageId).toSorted()).toEqual(batch.map(({ messageId }) => messageId).toSorted());
    hear();
    journey.clock.nowMs += 1_000;
    const done = new Set(results.filter(({ kind }) => kind !== 'retry').map(({ messageId }) => messageId));
    return queue.filter(({ messageId }) => !done.has(messageId));
  };
  const picked = (queue: readonly InboundMessage[], pick: readonly number[]): readonly InboundMessage[] =>
    queue.length === 0 ? [] : [...new Set(pick.map((index) => queue[index % queue.length]!))];

  for (const { kind, pick } of steps) {
    if (kind === 'model goes') model.down = true;
    else if (kind === 'model comes') model.down = false;
    else if (kind === 'tickets') {
      // A message that was done may come once more: queues deliver at least once.
      const queue = [...tickets, ...delivered.slice(-2)];
      const batch = picked(queue, pick);
      const left = await deliver(journey.route, queue, batch);
      delivered.push(...batch);
      tickets = tickets.filter((one) => left.includes(one));
    } else if (kind === 'rescore') requests = await deliver(journey.rescore, requests, picked(requests, pick));
    else outcomes = await deliver(journey.learn, outcomes, picked(outcomes, pick));
  }
  faults.active = false;
  model.down = false;
  while (tickets.length > 0) tickets = await deliver(journey.route, tickets, tickets);
  while (outcomes.length > 0) outcomes = await deliver(journey.learn, outcomes, outcomes);
  while (requests.length > 0) requests = await deliver(journey.rescore, requests, requests);
};

test('whatever fails and is tried again, every ticket ends in one state, and what is stored is what was published', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fates, async (steps, stream) => {
      const faults: Faults = { fates: stream, active: true };
      const model = { down: false };
      const journey = journeyInMemory({ scorer: interruptible(model), around: faulty(faults) });
      await play(journey, faults, model, steps);

      // One state a ticket: its last version, decided.
      expect([...journey.states.keys()].toSorted()).toEqual(TICKETS);
      for (const { ticket } of journey.states.values()) expect(ticket.version).toBe(3);
      expect(journey.quarantined).toEqual([]);
      expect(journey.receipts.size).toBe(EVENTS.length + OUTCOMES.length);

      // One publication in effect for each decision, equal to what is stored.
      const routed = journey.published.filter((event) => event.type === 'ticket.routed');
      const byId = Map.groupBy(routed, ({ detail }) => detail.id);
      for (const [id, publications] of byId) {
        expect(new Set(publications.map((event) => JSON.stringify(event))).size).toBe(1);
        expect(publications[0]!.detail.decision).toEqual(journey.decisions.get(id)?.decision);
        expect(publications[0]!.detail.embedding).toBe(journey.decisions.get(id)?.embedding);
      }
      for (const [ticketId, { decision, ticket, settledOrder }] of journey.states) {
        expect(decision).toEqual(journey.decisions.get(decision.decision.id));
        const first = `${ticketId}#${ticket.orderKey}#first`;
        expect(byId.has(first)).toBe(true);
        expect(byId.has(decision.decision.id)).toBe(true);
        // What was decided without the model is decided with it in the end, but for what people settled meanwhile.
        expect(decision.decision.outcome.kind === 'routed' || settledOrder !== undefined).toBe(true);
      }
      for (const [id, { decision }] of journey.decisions) {
        // A rescoring whose publication failed is not published any more once a newer event was there.
        const current = journey.states.get(decision.ticketId)?.ticket.orderKey === decision.orderKey;
        const overtaken = decision.attempt === 'rescored' && !current;
        expect(byId.has(id) || overtaken).toBe(true);
      }

      // One lesson an outcome.
      const lessons = journey.published.filter((event) => event.type === 'ticket.learned').map(({ detail }) => detail.id);
      expect(new Set(lessons).size).toBe(OUTCOMES.length);
    }),
    { numRuns: 500 },
  );
});
