import { describe, expect, test } from 'vitest';
import { readMaterial } from '../../samples/read-material.ts';
import { readHelp } from '../../samples/read-help.ts';
import { sampleTickets } from '../../samples/sample-company.ts';

/** Numbers that card schemes and payment providers publish for tests. */
const TEST_CARDS = ['4111111111111111', '5555555555554444', '4242424242424242', '378282246310005', '4000000000000002'];

/** Example numbers of the SWIFT IBAN registry and of Wikipedia's article on the IBAN. */
const EXAMPLE_IBANS = ['DE89370400440532013000', 'GB29NWBK60161331926819'];

/** Ranges kept free for fiction: Ofcom (01632 960, 020 7946 0, 07700 900), Bundesnetzagentur (030 23125), Arcep (06 39 98). */
const FICTIONAL_PHONES = /^(?:01632960\d{3}|02079460\d{3}|07700900\d{3}|\+447700900\d{3}|03023125\d{3}|063998\d{4})$/;

const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const PHONE = /(?<![\w-])(?:\+|0)\d(?:[ ()/-]?\d){8,}/g;
const EMAIL = /[\w.+-]+@[\w.-]+\w/g;
const SECRET = /\b(?:(?:sk|pk|lsk|ghp|gho|xox[abp]|AKIA|ASIA|eyJ)[\w-]{8,}|(?=\w*\d)(?=\w*[a-zA-Z])\w{20,})/g;

const withoutSpaces = (text: string): string => text.replaceAll(/[ ()/-]/g, '');
/** All letters, and enough of what is put together to have everything that phrases can say. */
const all = [...readMaterial().letters, ...sampleTickets({ weeks: 6 })]
  .map(({ subject, body, requester }) => `${subject}\n${body}\n${requester ?? ''}`)
  .join('\n\n');
const help = readHelp()
  .map(({ text }) => text)
  .join('\n');
const withoutCardsAndIbans = all.replaceAll(IBAN, '').replaceAll(CARD, '');

/** What a pattern finds must be something, else the check could not fail. */
const found = (text: string, pattern: RegExp): readonly string[] => {
  const matches = text.match(pattern) ?? [];
  expect(matches.length).toBeGreaterThan(0);
  return matches;
};

describe('what looks private in the sample tickets is made up', () => {
  test('card numbers are published test numbers', () => {
    const cards = found(all.replaceAll(IBAN, ''), CARD).map(withoutSpaces);
    expect(cards.filter((card) => !TEST_CARDS.includes(card))).toEqual([]);
  });

  test('account numbers are published examples', () => {
    expect(
      found(all, IBAN)
        .map(withoutSpaces)
        .filter((iban) => !EXAMPLE_IBANS.includes(iban)),
    ).toEqual([]);
  });

  test('phone numbers lie in ranges kept free for fiction', () => {
    expect(
      found(withoutCardsAndIbans, PHONE)
        .map(withoutSpaces)
        .filter((phone) => !FICTIONAL_PHONES.test(phone)),
    ).toEqual([]);
  });

  test('mail addresses belong to the reserved example domains', () => {
    expect(found(all, EMAIL).filter((address) => !/[@.]example\.(?:com|org|net)$/.test(address))).toEqual([]);
  });

  test('keys say that they are examples', () => {
    expect(found(all, SECRET).filter((secret) => !secret.includes('EXAMPLE'))).toEqual([]);
  });

  test('help articles name no address, number or key at all', () => {
    for (const pattern of [CARD, IBAN, PHONE, EMAIL, SECRET]) expect(help.match(pattern)).toBeNull();
  });

  test('no address of the web is named', () => {
    expect(`${all}\n${help}`.match(/https?:\/\/|www\./g)).toBeNull();
  });
});
