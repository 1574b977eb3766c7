import { expect, test } from 'vitest';
import { allLimits } from '../../local/all-limits.ts';
import type { Limit } from '../../local/limit.ts';
import { limitCases, outcomeOf } from './limits/cases.ts';

test.each(limitCases('quick'))('$title', async ({ attempt, within, outside, beyond }) => {
  expect(await outcomeOf(attempt, within)).toBe('accepted');
  expect(await outcomeOf(attempt, outside)).toBe(beyond);
});

test('every limit names the page of AWS that it comes from', () => {
  for (const limits of Object.values(allLimits))
    for (const { source } of Object.values<Limit>(limits)) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});
