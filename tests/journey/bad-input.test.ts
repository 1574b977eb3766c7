import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startJourney } from '../support/running-journey.ts';
import type { RunningJourney } from '../support/running-journey.ts';
import { ticketCreated } from '../support/ticket-messages.ts';

let journey: RunningJourney;

beforeAll(async () => {
  journey = await startJourney();
}, 300_000);

afterAll(() => journey?.close());

const withBody = (ticketId: string, body: unknown): object => ticketCreated(ticketId, { data: { version: 1, body } });

test.for([
  ['malformed JSON', '{"specversion":"1.0",', 'not-json', /is not JSON/],
  [
    'an unknown event type',
    ticketCreated('Q-1', { type: 'ticket.exploded.v1' }),
    'unknown-event-type',
    /"ticket.exploded.v1" is not known.*ticket.created.v1/,
  ],
  [
    'an unknown version of an event',
    ticketCreated('Q-2', { type: 'ticket.created.v9' }),
    'unknown-event-type',
    /"ticket.created.v9" is not known/,
  ],
  ['a missing field', ticketCreated('Q-3', { data: { version: 1 } }), 'invalid-field', /`data.body`/],
  ['300 KB', withBody('Q-4', 'too much '.repeat(34_000)), 'too-large', /bytes; at most 131072/],
  [
    'a time in the future',
    ticketCreated('Q-5', { time: new Date(Date.now() + 86_400_000).toISOString() }),
    'time-in-future',
    /in the future; check the sender's clock/,
  ],
] as const)('%s is quarantined with a reason that a person understands', async ([, message, code, sentence]) => {
  const before = (await journey.quarantined()).length;
  await journey.send('tickets', message);
  const records = await eventually('a quarantine record', async () => {
    const all = await journey.quarantined();
    return all.length > before ? all : undefined;
  });
  expect(records).toHaveLength(before + 1);
  expect(records.filter((one) => one.code === code).map((one) => one.reason)).toContainEqual(expect.stringMatching(sentence));
});

test.for([
  ['empty text', 'D-1', '', 'no-text', /no words/],
  ['nothing but emoji', 'D-2', '😡😡🔥🔥 !!!', 'no-text', /no words/],
  ['100,000 characters', 'D-3', 'long story '.repeat(9_091).slice(0, 100_000), 'no-model', /No model is live/],
] as const)('%s is decided, and the decision says why', async ([, ticketId, body, reason, sentence]) => {
  await journey.send('tickets', withBody(ticketId, body));
  const state = await eventually('the decision', async () => (await journey.states([ticketId])).get(ticketId));
  expect(state.decision.decision.outcome).toEqual({ kind: 'abstained', reason });
  expect(state.decision.decision.because).toMatch(sentence);
  expect(Buffer.byteLength(state.ticket.text.body)).toBeLessThanOrEqual(32 * 1024);
  expect(state.ticket.text.ref === undefined).toBe(body.length < 32 * 1024);
});

test('a repeated id with another content is quarantined, and the first content stands', async () => {
  await journey.send('tickets', ticketCreated('R-1'));
  await eventually('the decision', async () => (await journey.states(['R-1'])).get('R-1'));
  const before = (await journey.quarantined()).length;
  await journey.send('tickets', ticketCreated('R-1', { data: { version: 1, body: 'something else' } }));
  await journey.send('tickets', ticketCreated('R-2', { id: 'R-1-created' }));
  const records = await eventually('two records', async () => {
    const all = await journey.quarantined();
    return all.length >= before + 2 ? all : undefined;
  });
  expect(records.filter((record) => record.code === 'id-reused')).toHaveLength(2);
  expect(records.find((record) => record.code === 'id-reused')?.reason).toMatch(
    /another content; every event needs an id of its own/,
  );
  const states = await journey.states(['R-1', 'R-2']);
  expect(states.get('R-1')?.ticket.text.body).toMatch(/helmet/);
  expect(states.has('R-2')).toBe(false);
});
