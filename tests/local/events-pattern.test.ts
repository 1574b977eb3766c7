import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../local/events/pattern.ts';
import { matches } from './events-pattern-fixture.ts';

describe('a field', () => {
  test.each([
    ['an exact text', ['a'], 'a', true],
    ['another text', ['a'], 'b', false],
    ['one of several', ['a', 'b'], 'b', true],
    ['a number, however it is written', [300], 3e2, true],
    ['a number as text', [1], '1', false],
    ['a boolean', [true], true, true],
    ['null', [null], null, true],
    ['null where there is nothing', [null], undefined, false],
    ['an element of a list', ['a'], ['x', 'a'], true],
    ['no element of a list', ['a'], ['x', 'y'], false],
    ['a prefix', [{ prefix: 'ti' }], 'ticket', true],
    ['no prefix', [{ prefix: 'et' }], 'ticket', false],
    ['a prefix in another case', [{ prefix: { 'equals-ignore-case': 'TI' } }], 'ticket', true],
    ['a suffix', [{ suffix: 'et' }], 'ticket', true],
    ['a suffix in another case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
    ['a text in another case', [{ 'equals-ignore-case': 'ABC' }], 'abc', true],
    ['anything but a text', [{ 'anything-but': 'a' }], 'b', true],
    ['anything but that text', [{ 'anything-but': 'a' }], 'a', false],
    ['anything but, where there is nothing', [{ 'anything-but': 'a' }], undefined, false],
    ['anything but texts, and a number', [{ 'anything-but': ['a', 'b'] }], 1, true],
    ['anything but numbers', [{ 'anything-but': [1, 2] }], 2, false],
    ['anything but a prefix', [{ 'anything-but': { prefix: 'in' } }], 'out', true],
    ['anything but that prefix', [{ 'anything-but': { prefix: ['in', 'ou'] } }], 'out', false],
    ['anything but a suffix', [{ 'anything-but': { suffix: '.txt' } }], 'a.txt', false],
    ['anything but a text in any case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], 'b', false],
    ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', false],
    ['a number in a range', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
    ['a number under a range', [{ numeric: ['>', 0, '<=', 5] }], 0, false],
    ['an equal number', [{ numeric: ['=', 3.5] }], 3.5, true],
    ['a text where a number is compared', [{ numeric: ['<', 10] }], '3', false],
    ['something that exists', [{ exists: true }], 0, true],
    ['null, which exists', [{ exists: true }], null, true],
    ['an object, which is no value', [{ exists: true }], { a: 1 }, false],
    ['something that does not exist', [{ exists: false }], undefined, true],
    ['an empty list, which holds no value', [{ exists: false }], [], true],
    ['an address in a block', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    ['an address outside a block', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    ['an IPv6 address in a block', [{ cidr: '2001:db8::/32' }], '2001:db8::1', true],
    ['no address', [{ cidr: '10.0.0.0/24' }], 'ten', false],
    ['a wildcard', [{ wildcard: 'a*c*e' }], 'abcde', true],
    ['a wildcard in the wrong order', [{ wildcard: 'a*d*c*e' }], 'abcde', false],
    ['a wildcard whose ends would overlap', [{ wildcard: 'ab*ba' }], 'aba', false],
    ['an escaped asterisk', [{ wildcard: 'a\\*b' }], 'a*b', true],
    ['an escaped asterisk, which stands for itself alone', [{ wildcard: 'a\\*b' }], 'axb', false],
  ])('%s', async (_what, field, value, expected) => {
    expect(await matches({ detail: { field } }, { detail: { field: value } })).toBe(expected);
  });
});

describe('a pattern', () => {
  test('holds where all of its fields hold', async () => {
    const pattern = { source: ['signalbox'], detail: { team: ['billing'] } };

    expect(await matches(pattern, { source: 'signalbox', detail: { team: 'billing', more: 1 } })).toBe(true);
    expect(await matches(pattern, { source: 'signalbox', detail: { team: 'sales' } })).toBe(false);
    expect(await matches(pattern, { source: 'signalbox' })).toBe(false);
  });

  test('may say that something nested does not exist, though its parent does not either', async () => {
    expect(await matches({ detail: { a: { b: [{ exists: false }] } } }, { detail: {} })).toBe(true);
  });

  test('on a list of objects must hold for one and the same of them', async () => {
    const pattern = { detail: { items: { name: ['a'], size: [2] } } };

    expect(
      await matches(pattern, {
        detail: {
          items: [
            { name: 'a', size: 1 },
            { name: 'b', size: 2 },
          ],
        },
      }),
    ).toBe(false);
    expect(await matches(pattern, { detail: { items: [{ name: 'b' }, { name: 'a', size: 2 }] } })).toBe(true);
  });

  test('with $or holds where an alternative and everything beside it hold', async () => {
    const pattern = { source: ['s'], detail: { $or: [{ a: [1] }, { b: { c: [2] } }] } };

    expect(await matches(pattern, { source: 's', detail: { a: 1 } })).toBe(true);
    expect(await matches(pattern, { source: 's', detail: { b: { c: 2 } } })).toBe(true);
    expect(await matches(pattern, { source: 's', detail: { a: 2 } })).toBe(false);
    expect(await matches(pattern, { source: 'other', detail: { a: 1 } })).toBe(false);
  });

  test('may be given as JSON text', async () => {
    expect(await matches('{"source":["s"]}', { source: 's' })).toBe(true);
  });

  test.each([
    ['nothing', undefined],
    ['an empty object', {}],
    ['text that is not JSON', '{'],
    ['a value outside a list', { source: 's' }],
    ['an empty list', { source: [] }],
    ['a list in a list', { source: [['s']] }],
    ['an unknown operator', { source: [{ regex: 's' }] }],
    ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['a prefix that is a number', { source: [{ prefix: 1 }] }],
    ['exists that is a text', { source: [{ exists: 'yes' }] }],
    ['a numeric operator that is none', { a: [{ numeric: ['~', 1] }] }],
    ['a numeric range upside down', { a: [{ numeric: ['>', 5, '<', 1] }] }],
    ['a numeric bound over the limit', { a: [{ numeric: ['>', 5_000_000_001] }] }],
    ['a malformed block', { a: [{ cidr: '10.0.0.0/33' }] }],
    ['two asterisks together', { a: [{ wildcard: 'a**b' }] }],
    ['an escape of something else', { a: [{ wildcard: 'a\\b' }] }],
    ['anything-but of mixed types', { a: [{ 'anything-but': ['a', 1] }] }],
    ['anything-but of something unknown', { a: [{ 'anything-but': { numeric: ['=', 1] } }] }],
    ['$or of one', { $or: [{ a: [1] }] }],
  ])('made of %s is refused', (_what, pattern) => {
    expect(() => compilePattern(pattern)).toThrow('Event pattern is not valid');
  });
});

/** For many cases in a row. */
const matchesHere = (pattern: unknown, event: unknown): boolean => compilePattern(pattern)(event);

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const key = fc.stringMatching(/^[a-z]{1,5}$/);
const detail = fc.dictionary(key, leaf, { minKeys: 1, maxKeys: 5 });

test('a pattern made of an event’s own values matches it, and also when the event says more', () => {
  fc.assert(
    fc.property(detail, detail, (wanted, more) => {
      const pattern = { detail: Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, [value]])) };

      expect(matchesHere(pattern, { detail: { ...more, ...wanted } })).toBe(true);
    }),
  );
});

test('for a single value, anything-but is the contrary of exact', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (excluded, value) => {
      expect(matchesHere({ a: [{ 'anything-but': excluded }] }, { a: value })).toBe(
        !matchesHere({ a: [excluded] }, { a: value }),
      );
    }),
  );
});

test('exists true and exists false are contraries', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(matchesHere({ a: [{ exists: true }] }, { a: value })).toBe(!matchesHere({ a: [{ exists: false }] }, { a: value }));
    }),
  );
});

test('a wildcard agrees with the regular expression of the same meaning', () => {
  const pieces = fc.array(fc.stringMatching(/^[ab]{0,3}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(pieces, fc.stringMatching(/^[ab]{0,8}$/), (parts, text) => {
      const wildcard = parts.join('*').replaceAll(/\*+/g, '*');
      fc.pre(wildcard !== '');

      expect(matchesHere({ a: [{ wildcard }] }, { a: text })).toBe(new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(text));
    }),
  );
});
