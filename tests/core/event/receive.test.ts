import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { receiveOutcomeEvent, receiveTicketEvent } from '../../../core/event/receive.ts';
import { NOW_MS, outcomeEvent, ticketEvent } from '../../support/ticket-events.ts';

const receive = (body: string): ReturnType<typeof receiveTicketEvent> => receiveTicketEvent(body, NOW_MS);

const reasonOf = (received: ReturnType<typeof receiveTicketEvent>): { readonly code: string; readonly sentence: string } => {
  if (received.kind !== 'refused') throw new Error('the event was accepted');
  return received.reason;
};

const hashOf = (body: string): string => {
  const received = receive(body);
  if (received.kind !== 'accepted') throw new Error(received.reason.sentence);
  return received.contentHash;
};

describe('a message that is no event is refused with a reason that a person understands', () => {
  test.each([
    ['cut-off JSON', '{"specversion":"1.0"', 'not-json', /\(20 bytes\) is not JSON/],
    ['an empty message', '', 'not-json', /is not JSON/],
    ['a list', '[1]', 'not-an-event', /not an object/],
    ['null', 'null', 'not-an-event', /not an object/],
    ['an event without a type', '{"id":"1"}', 'not-an-event', /no `type`/],
    [
      'an unknown type',
      ticketEvent({ type: 'invoice.paid.v1' }),
      'unknown-event-type',
      /"invoice\.paid\.v1" is not known.*ticket\.created\.v1/,
    ],
    ['an unknown version of a type', ticketEvent({ type: 'ticket.created.v2' }), 'unknown-event-type', /"ticket\.created\.v2"/],
    ['an outcome', outcomeEvent(), 'unknown-event-type', /"ticket\.resolved\.v1"/],
    ['a type that is a property of every object', ticketEvent({ type: 'toString' }), 'unknown-event-type', /"toString"/],
    ['an event without a body', ticketEvent({ data: { body: undefined } }), 'invalid-field', /`data\.body`: .*string/],
    ['an event without an id', ticketEvent({ members: { id: undefined } }), 'invalid-field', /`id`/],
    ['an event without a ticket', ticketEvent({ members: { subject: ' ' } }), 'invalid-field', /`subject`/],
    ['an event without a version', ticketEvent({ data: { version: undefined } }), 'invalid-field', /`data\.version`/],
    ['a version that is no number', ticketEvent({ data: { version: '2' } }), 'invalid-field', /`data\.version`/],
    ['a time that is none', ticketEvent({ time: 'yesterday' }), 'invalid-field', /`time`/],
    ['a day that does not exist', ticketEvent({ time: '2026-02-30T10:00:00Z' }), 'invalid-field', /`time`/],
    ['another specification', ticketEvent({ members: { specversion: '0.3' } }), 'invalid-field', /`specversion`/],
    ['300 KB', ticketEvent({ data: { body: 'x'.repeat(300 * 1024) } }), 'too-large', /has 307\d{3} bytes; at most 131072/],
    [
      'a time tomorrow',
      ticketEvent({ time: '2026-11-23T10:00:00Z' }),
      'time-in-future',
      /1440 minutes in the future; check the sender's clock/,
    ],
    ['an id that is not text', ticketEvent({ id: 'broken \uD800' }), 'invalid-field', /`id`: .*Unicode/],
    [
      'a ticket id that is too long to be a key',
      ticketEvent({ ticketId: '票'.repeat(150) }),
      'invalid-field',
      /`subject`: .*bytes/,
    ],
  ])('%s', (_, body, code, sentence) => {
    expect(reasonOf(receive(body))).toEqual({ code, sentence: expect.stringMatching(sentence) });
  });

  test('JSON nested deeper than anybody writes it', () => {
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const body = ticketEvent({ members: { extension: 'HERE' } }).replace('"HERE"', nested);
    expect(reasonOf(receive(body))).toEqual({ code: 'not-an-event', sentence: expect.stringContaining('nested') });
  });
});

describe('what a refusal says', () => {
  test('holds nothing private, wherever in the event it stood', () => {
    const email = 'jane@example.com';
    const bodies = [
      ticketEvent({ type: email }),
      ticketEvent({ time: email }),
      ticketEvent({ data: { version: email } }),
      `{"${email}":`,
      email,
    ];
    for (const body of bodies) expect(reasonOf(receive(body)).sentence).not.toContain(email);
    const outcome = receiveOutcomeEvent(outcomeEvent({ data: { labels: { [email]: 7 } } }), NOW_MS);
    expect(outcome).toMatchObject({ kind: 'refused', reason: { sentence: expect.not.stringContaining(email) } });
  });
});

describe('an event that is taken in', () => {
  test('has lost what is private from every text of its data and its extensions', () => {
    const private_ = { body: 'I am jane@example.com', subject: '4111 1111 1111 1111', requester: 'jane@example.com' };
    const received = receive(ticketEvent({ data: private_, members: { contact: { mails: ['jane@example.com'] } } }));
    expect(received).toMatchObject({
      kind: 'accepted',
      event: { data: { body: 'I am [email]', subject: '[card]', requester: '[email]' }, contact: { mails: ['[email]'] } },
    });
  });

  test('has lost what is private from the names of its heads, too', () => {
    const received = receiveOutcomeEvent(outcomeEvent({ data: { labels: { 'jane@example.com': 'billing' } } }), NOW_MS);
    expect(received).toMatchObject({ kind: 'accepted', event: { data: { labels: { '[email]': 'billing' } } } });
  });

  test('keeps its keys as they came: they are what it is found by', () => {
    const id = '20261122.0001@mail.example.com';
    expect(receive(ticketEvent({ id }))).toMatchObject({ kind: 'accepted', event: { id } });
  });

  test('may lie a few minutes ahead of our clock', () => {
    expect(receive(ticketEvent({ time: new Date(NOW_MS + 5 * 60_000).toISOString() })).kind).toBe('accepted');
  });

  test('may have an empty text, or one of nothing but emoji', () => {
    expect(receive(ticketEvent({ data: { subject: '', body: '' } })).kind).toBe('accepted');
    expect(receive(ticketEvent({ data: { body: '🚲🔥' } })).kind).toBe('accepted');
  });

  test('may have 100,000 characters', () => {
    expect(receive(ticketEvent({ data: { body: 'x'.repeat(100_000) } })).kind).toBe('accepted');
  });

  test('holds whole characters only, as stores take no others', () => {
    const received = receive(ticketEvent({ data: { body: 'half \uD83D', subject: '\uDEB2' } }));
    expect(received).toMatchObject({ event: { data: { body: 'half \uFFFD', subject: '\uFFFD' } } });
  });
});

describe('the hash of its content', () => {
  test('is the same whatever the order of its members', () => {
    const event: unknown = JSON.parse(ticketEvent());
    const reversed = Object.fromEntries(Object.entries(event as object).toReversed());
    expect(hashOf(JSON.stringify(reversed))).toBe(hashOf(ticketEvent()));
  });

  test('is the same whatever trace its transport belongs to', () => {
    expect(hashOf(ticketEvent({ members: { traceparent: '00-1' } }))).toBe(
      hashOf(ticketEvent({ members: { traceparent: '00-2' } })),
    );
  });

  test.each([
    ['text', { data: { body: 'Another text' } }],
    ['ticket', { id: 'T-1/created', ticketId: 'T-2' }],
    ['version', { data: { version: 2 } }],
    ['time', { time: '2026-11-22T08:00:00Z' }],
  ])('differs with the %s', (_, fields) => {
    expect(hashOf(ticketEvent(fields))).not.toBe(hashOf(ticketEvent()));
  });
});

test('no message makes the reception throw', () => {
  const json = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc
      .record({ data: fc.jsonValue(), time: fc.string(), extension: fc.jsonValue() }, { requiredKeys: [] })
      .map((members) => ticketEvent({ members })),
  );
  fc.assert(
    fc.property(json, (body) => {
      expect(['accepted', 'refused']).toContain(receive(body).kind);
    }),
  );
});
