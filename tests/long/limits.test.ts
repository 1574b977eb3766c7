import { expect, test } from 'vitest';
import { limitCases, outcomeOf } from '../local/limits/cases.ts';

test.each(limitCases('slow'))(
  '$title',
  async ({ attempt, within, outside, beyond }) => {
    expect(await outcomeOf(attempt, within)).toBe('accepted');
    expect(await outcomeOf(attempt, outside)).toBe(beyond);
  },
  60_000,
);

test('there are such limits', () => {
  expect(limitCases('slow')).toHaveLength(2);
});
