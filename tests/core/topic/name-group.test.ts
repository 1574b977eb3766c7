import { describe, expect, test } from 'vitest';
import { nameGroup } from '../../../core/topic/name-group.ts';

const text = (body: string, subject = '') => ({ subject, body });

const OTHERS = Array.from({ length: 30 }, (_, at) =>
  text(
    [
      'Where is my parcel? It is late for the third time.',
      'The chain of my bike is loose and I want a refund.',
      'Please change the number on the page.',
    ][at % 3]!,
  ),
);

const GROUP = [
  text('I get E-417 when I pay with PayPal.', 'Checkout error'),
  text('The shop says E-417, my PayPal works elsewhere.'),
  text('paypal again: E-417. I want my bike!'),
  text('Is PayPal down? E-417 at the last step.'),
];

describe('a group is named', () => {
  test('by what its tickets say and others do not, as most of them write it', () => {
    expect(nameGroup(GROUP, OTHERS)).toEqual(['E-417', 'PayPal']);
  });

  test('by longer phrases where many use them, which neither begin nor end with a word that everybody writes', () => {
    const group = Array.from({ length: 5 }, (_, at) => text(`Number ${at}: the payment page is blank for the third time`));
    expect(nameGroup(group, OTHERS)[0]).toBe('page is blank');
  });

  test('where there is nothing to compare with, by long words and those with a digit', () => {
    expect(nameGroup(GROUP, [])).toEqual(['E-417', 'PayPal']);
  });

  test('by three phrases at most', () => {
    const group = Array.from({ length: 5 }, () => text('alpha\nbravo\ncharlie\ndelta'));
    expect(nameGroup(group, OTHERS)).toHaveLength(3);
  });

  test('by nothing that stands in place of what was redacted', () => {
    const group = Array.from({ length: 5 }, (_, at) => text(`[email] ${'abcde'[at]}${at} [phone]`));
    expect(nameGroup(group, OTHERS)).toEqual([]);
  });

  test('by nothing where its tickets share no words', () => {
    expect(nameGroup([text('uno'), text('due'), text('tre')], OTHERS)).toEqual([]);
    expect(nameGroup([], [])).toEqual([]);
  });
});
