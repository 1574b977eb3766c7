import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../core/event/redact.ts';
import { readMaterial } from '../../../samples/read-material.ts';

describe('what is taken out of a text', () => {
  test.each([
    ['an address of a person', 'write to Jane.Doe+shop@mail.example.com.', 'write to [email].'],
    ['an address with letters of any script', 'info@müller.example, müller@shop.example', '[email], [email]'],
    ['a card number', 'Card: 4111 1111 1111 1111', 'Card: [card]'],
    ['a card number before its expiry date', '4242 4242 4242 4242 12/27 CVC', '[card] 12/27 CVC'],
    ['a card number behind another number', 'order 12345 4111 1111 1111 1111', 'order 12345 [card]'],
    ['a card number stuck to a word', 'Visa4111111111111111', 'Visa[card]'],
    ['a card number with spaces that do not break', '4111\u00A01111\u00A01111\u00A01111', '[card]'],
    ['an account number', 'to DE89 3704 0044 0532 0130 00.', 'to [account].'],
    ['an account number before more words', 'GB29 NWBK 6016 1331 9268 19 is mine', '[account] is mine'],
    ['a phone number with its country', 'ring +44 (0)7700 900123', 'ring [phone]'],
    ['a phone number with its area', '(030) 23125-188', '[phone]'],
    ['a phone number in groups', '612 34 56 78, 555-0123, 1-800-555-0199', '[phone], [phone], [phone]'],
    ['a phone number that is called one', 'Tel. 23125188', 'Tel. [phone]'],
    ['a phone number behind a date', '12/10/2026 07700 900123', '12/10/2026 [phone]'],
    ['a password that is told', 'my password is hunter2x, help', 'my password is [secret], help'],
    ['a password in a form', 'Passwort: geheim', 'Passwort: [secret]'],
    [
      'a field of pasted settings',
      '{"client_secret": "abcdef"} api_key=abcdef',
      '{"client_secret": "[secret]"} api_key=[secret]',
    ],
    ['a key that names its environment', 'key lsk_live_EXAMPLE7f3a9c or sk_live_EXAMPLE12', 'key [secret] or [secret]'],
    ['a key that names its service', 'ghp_EXAMPLE1234567890abcd', '[secret]'],
    ['a bearer token', 'Authorization: Bearer EXAMPLE0b41d2', 'Authorization: Bearer [secret]'],
    ['a key of AWS', 'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '[secret] [secret]'],
    ['a web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '[secret]'],
    ['a private key', 'x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y', 'x [secret] y'],
    ['a private key that was cut off', '-----BEGIN PRIVATE KEY-----\nMIIE', '[secret]'],
  ])('%s', (_, text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });
});

describe('what stays in a text', () => {
  test.each([
    ['what is said of a password', 'cant log in, password is correct. The password is right!'],
    ['what is said of tokens', 'the bearer token is invalid, a bearer of bad news'],
    ['dates and times', '2026-10-09 18:02 SOC 100\n2026-10-10 09:40 SOC 61\n2026-10-12T07:15:00.123Z 05.10.2026 08:15'],
    ['years', '2024-2026, 2024 - 2025'],
    ['amounts', '1234567.50 EUR, 2 000 000 bikes, 12.000.000'],
    ['order and customer numbers', 'LS-696682, PB-36-003862, #4480213, customer number 4480213, VAT GB 000 0000 00'],
    ['identifiers and names of pages', '550e8400-e29b-41d4-a716-446655440000 how-to-reset-your-password-in-2026'],
    ['addresses and versions of machines', '192.168.100.200 10.0.19045.3448'],
    ['numbers on lines of their own', '100 200\n300 400\n5'],
  ])('%s', (_, text) => {
    expect(redact(text)).toBe(text);
  });

  test('all of a sample ticket but what looks private', () => {
    const changed = readMaterial().letters.filter(({ subject, body }) => redact(`${subject}\n${body}`) !== `${subject}\n${body}`);
    const kinds = new Set(changed.flatMap(({ body }) => redact(body).match(/\[\w+\]/g) ?? []));
    expect(kinds).toEqual(new Set(['[phone]', '[card]', '[email]', '[secret]', '[account]']));
    // Counted by hand: the tickets that hold a phone number, a card, an address, a key or an account number.
    expect(changed).toHaveLength(25);
  });
});

/** Texts in which the rules meet each other: words, digits and marks that they look for. */
const awkwardText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'password',
        'token',
        ' is ',
        ': ',
        '=',
        '@',
        '.',
        '-',
        '_',
        ' ',
        '\n',
        '+',
        '(',
        ')',
        '[',
        ']',
        '[card]',
        '[secret]',
        '"',
        'example.com',
        'sk_live_',
        'Bearer ',
        'eyJ',
        'DE89',
        '4111 1111 1111 1111',
        '-----BEGIN PRIVATE KEY-----',
        '2026-10-12',
        'Tel. ',
        '07700 900123',
      ),
      fc.string({ unit: fc.constantFrom('0', '1', '4', '9', 'a', 'B', 'z', ' ', '-', '.'), maxLength: 45 }),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

describe('any text', () => {
  test('is the same after redacting it twice as after once', () => {
    fc.assert(
      fc.property(awkwardText, (text) => {
        const once = redact(text);
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  test('loses an address or a card wherever it stands between other words', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'Z', ' ', '\n', ',', '!', 'ü', '🚲'), maxLength: 40 });
    fc.assert(
      fc.property(words, words, fc.constantFrom('jane@example.com', '4111 1111 1111 1111'), (before, after, secret) => {
        expect(redact(`${before} ${secret} ${after}`)).not.toContain(secret);
      }),
    );
  });

  // One that grows with the square of the length takes minutes here.
  test.each(['1', 'a', '@', 'a@', 'a.', '1 ', '+1', 'eyJ-', 'AB12 ', '-----BEGIN ', 'password: ', '0/', '20-', ' ', '_', 'é'])(
    'is redacted in a moment, 100,000 characters of %j too',
    (unit) => {
      const text = unit.repeat(Math.ceil(100_000 / unit.length));
      const startMs = performance.now();
      redact(text);
      expect(performance.now() - startMs).toBeLessThan(5_000);
    },
  );
});
