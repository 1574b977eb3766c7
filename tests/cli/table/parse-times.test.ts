import { assert, date, property } from 'fast-check';
import { expect, test } from 'vitest';
import { parseTimes } from '../../../cli/table/parse-times.ts';

const times = (...texts: readonly string[]): readonly (string | undefined)[] => {
  const parsed = parseTimes(texts);
  if (parsed.kind === 'ambiguous') throw new Error(`ambiguous: ${parsed.example}`);
  return parsed.times;
};

test.for([
  ['2026-03-09T18:05:07Z', '2026-03-09T18:05:07.000Z'],
  ['2026-03-09T18:05:07.123+02:00', '2026-03-09T16:05:07.000Z'],
  ['2026-03-09 18:05', '2026-03-09T18:05:00.000Z'],
  ['2026-03-09 18:05:07 UTC', '2026-03-09T18:05:07.000Z'],
  ['2026/03/09', '2026-03-09T00:00:00.000Z'],
  ['09.03.2026 18:05', '2026-03-09T18:05:00.000Z'],
  ['9. 3. 2026', '2026-03-09T00:00:00.000Z'],
  ['09 Mar 2026 18:05', '2026-03-09T18:05:00.000Z'],
  ['Mon, 09 Mar 2026 18:05:07 +0100', '2026-03-09T17:05:07.000Z'],
  ['Mar 9, 2026 6:05 PM', '2026-03-09T18:05:00.000Z'],
  ['9-Mar-2026', '2026-03-09T00:00:00.000Z'],
  ['1773079507', '2026-03-09T18:05:07.000Z'],
  ['1773079507000', '2026-03-09T18:05:07.000Z'],
] as const)('%s is a time', ([text, expected]) => {
  expect(times(text)).toEqual([expected]);
});

test.for(['', 'yesterday', '2026-02-30', '31.13.2026', '2026-03-09 25:00', '2026-03-09 10:75', '12345', 'Foo 9, 2026'])(
  '"%s" is none',
  (text) => {
    expect(times(text)).toEqual([undefined]);
  },
);

test('which of two numbers is the day is read off the whole column', () => {
  expect(times('03/04/2026', '25/04/2026')[0]).toBe('2026-04-03T00:00:00.000Z');
  expect(times('03/04/2026 12:30 AM', '04/25/2026 12:00 PM')).toEqual(['2026-03-04T00:30:00.000Z', '2026-04-25T12:00:00.000Z']);
});

test('where it cannot be told, or both occur, that is said', () => {
  expect(parseTimes(['03/04/2026', '05/05/2026'])).toEqual({ kind: 'ambiguous', example: '03/04/2026' });
  expect(parseTimes(['25/04/2026', '04/25/2026'])).toMatchObject({ kind: 'ambiguous' });
  expect(times('05/05/2026')).toEqual(['2026-05-05T00:00:00.000Z']);
});

test('any instant comes back to the second from ISO 8601', () => {
  assert(
    property(date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), (instant) => {
      const text = `${instant.toISOString().slice(0, 19)}Z`;
      expect(Date.parse(times(text)[0] ?? '')).toBe(Date.parse(text));
    }),
  );
});
