import { expect, test } from 'vitest';
import { seenKeys } from '../../../cli/import/seen-keys.ts';

test('tells new ids from ids that were there, over many growths of its table', () => {
  const seen = seenKeys();
  const ids = Array.from({ length: 200_000 }, (_, at) => `TICKET-${at}`);
  expect(ids.filter((id) => !seen.add(id))).toEqual([]);
  expect(ids.filter((id) => seen.add(id))).toEqual([]);
  expect([seen.add(''), seen.add(''), seen.add('TICKET-200000')]).toEqual([true, false, true]);
});
