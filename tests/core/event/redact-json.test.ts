import { expect, test } from 'vitest';
import { redactMessage } from '../../../core/event/redact-json.ts';
import { ticketEvent } from '../../support/ticket-events.ts';

const PHONE = '07700 900123';
const CARD = '4111 1111 1111 1111';
const EMAIL = 'jane@example.com';

test.each([
  ['an event', ticketEvent({ data: { body: `Hello,\n${PHONE}\n${CARD}\n${EMAIL}` } })],
  ['an event that was cut off', ticketEvent({ data: { body: `Hello,\n${PHONE}\n${CARD}\n${EMAIL}\n` } }).slice(0, -3)],
  ['an event whose ticket id is none', ticketEvent({ ticketId: `${PHONE} ${CARD} ${EMAIL}` })],
  ['an event with escapes', ticketEvent({ data: { body: `${PHONE}; ${CARD}; ${EMAIL}` } }).replaceAll('@', '\\u0040')],
  ['an event with escapes that was cut off', `{"body":"\\u002007700 900123 4111\\u00201111 1111 1111 jane\\u0040example.com`],
  ['names of members', JSON.stringify({ [EMAIL]: 1, [CARD]: 2, [PHONE]: 3 })],
  ['plain text', `${PHONE}\n${CARD}\n${EMAIL}`],
  ['nested text', `${'["'.repeat(1)}${'['.repeat(90_000)} ${PHONE}, ${CARD}, ${EMAIL}`],
])('what is private is gone from %s', (_, body) => {
  const redacted = redactMessage(body);
  for (const part of [PHONE, CARD, EMAIL, 'jane', '7700']) expect(redacted).not.toContain(part);
});

test('a card that was sent as a number is gone', () => {
  expect(redactMessage('{"card":4111111111111111}')).toBe('{"card":[card]}');
});

test('the rest of an event stays readable', () => {
  const event: unknown = JSON.parse(ticketEvent({ id: '550e8400-e29b-41d4-a716-446655440000' }));
  expect(JSON.parse(redactMessage(JSON.stringify(event)))).toEqual(event);
});
